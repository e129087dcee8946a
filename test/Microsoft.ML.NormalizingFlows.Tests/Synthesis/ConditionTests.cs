using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis;
using Microsoft.ML.NormalizingFlows.Synthesis.Conditions;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

public class ConditionTests(SmallPets pets, SmallSynthesizer visits) : IClassFixture<SmallPets>, IClassFixture<SmallSynthesizer>
{
    private const int Count = 4_000;

    [Fact]
    public void Probabilities_of_all_learned_rows_leave_the_share_of_one_more_row_for_each_column() =>
        Assert.Equal(Math.Pow(1 - 1 / 4_001.0, 4), pets.Probabilities.Values.Sum(), 1e-4);

    [Fact]
    public void Rows_without_a_condition_follow_the_density() => pets.AssertFollows(Draw(null), _ => true);

    [Fact]
    public void The_first_column_can_be_given() => pets.AssertFollows(Draw(new { Kind = "dog" }), pet => pet.Kind == "dog");

    [Fact]
    public void The_last_column_can_be_given() => pets.AssertFollows(Draw(new { Home = "street" }), pet => pet.Home == "street");

    [Fact]
    public void Columns_between_others_can_be_given() =>
        pets.AssertFollows(Draw(new { IsWild = true, Age = 2L }), pet => pet is { IsWild: true, Age: 2 });

    [Fact]
    public void A_missing_value_can_be_given()
    {
        pets.AssertFollows(Draw(new { Kind = (string?)null, Home = "flat" }), pet => pet is { Kind: "", Home: "flat" });
        pets.AssertFollows(Draw(new { Kind = "" }), pet => pet.Kind == "");
    }

    [Fact]
    public void A_range_can_be_given() => pets.AssertFollows(Draw(new { Age = (1, 2.5) }), pet => pet.Age is 1 or 2);

    [Fact]
    public void Several_categories_can_be_given() => pets.AssertFollows(
        Draw(new Dictionary<string, object?> { ["Home"] = new[] { "flat", "yard" }, ["Kind"] = new[] { "cat", null } }),
        pet => pet.Home is "flat" or "yard" && pet.Kind is "" or "cat");

    [Fact]
    public void All_columns_can_be_given()
    {
        var pet = new Pet { Kind = "cat", Age = 3, IsWild = false, Home = "barn" };
        Assert.All(Draw(pet), drawn => Assert.Equal(pet, drawn));
    }

    [Fact]
    public void Every_pass_and_every_form_gives_the_same_rows()
    {
        var view = pets.Synthesizer.Sample(2_500, seed: 3, given: new { Home = "yard" });
        var rows = pets.Read(view);
        Assert.Equal(rows, pets.Read(view));
        Assert.Equal(rows, pets.Read(pets.Synthesizer.Sample(2_500, seed: 3, given: new Dictionary<string, string> { ["Home"] = "yard" })));
        Assert.NotEqual(rows, pets.Read(pets.Synthesizer.Sample(2_500, seed: 4, given: new { Home = "yard" })));
    }

    [Fact]
    public void Several_conditions_make_a_balanced_table_in_their_order()
    {
        var view = pets.Synthesizer.Sample([(new { Home = "street" }, 1_500), (null, 0), (new { Home = "house" }, 700)], seed: 3);
        Assert.Equal(2_200, view.GetRowCount());
        string[] homes = [.. view.GetColumn<string>("Home")];
        Assert.All(homes[..1_500], home => Assert.Equal("street", home));
        Assert.All(homes[1_500..], home => Assert.Equal("house", home));
        Assert.Equal(homes, view.GetColumn<string>("Home"));
        Assert.Throws<ArgumentOutOfRangeException>(() => pets.Synthesizer.Sample([(null, 3), (null, -1)]));
        Assert.Contains("No condition", Assert.Throws<ArgumentException>(() => pets.Synthesizer.Sample([])).Message);
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(2_000, 1)]
    public void A_condition_so_rare_that_rows_repeat_is_told_once_a_pass(int oneIn, int warned)
    {
        var file = pets.Synthesizer.File;
        var evaluator = new RareEvaluator(
            file.Model.CreateEvaluator(file.Codec.Codes, file.Codec.Orders, threads: 1), (_, seed) => RandomStream.For(seed, "agrees").NextUniform() * oneIn < 1, otherwise: -80);
        var warnings = new List<string>();
        var view = new SyntheticView(
            file.Codec, evaluator, [(Condition.Of(file.Codec, new { Home = "street" }), 300)], 5, () => new SamplingWatch(300, null, default), warnings.Add);
        Assert.Equal(300, pets.Read(view).Length);
        Assert.Equal(warned, warnings.Count);
        Assert.All(warnings, warning => Assert.StartsWith("What is given is so rare that rows repeat: 300 rows are worth about ", warning));
        Assert.Equal(300, pets.Read(view).Length);
        Assert.Equal(2 * warned, warnings.Count);
    }

    [Fact]
    public void Numbers_dates_and_keys_can_be_given()
    {
        var drawn = Visits(new { Price = (95, 125.5), Day = (new DateOnly(2024, 3, 11), new DateTime(2024, 3, 13)) });
        Assert.All(drawn, visit => Assert.InRange(visit.Price, 95f, 125.5f));
        Assert.All(drawn, visit => Assert.InRange(visit.Day, new DateTime(2024, 3, 11), new DateTime(2024, 3, 13)));
        Assert.True(drawn.Select(visit => visit.Price).Distinct().Count() > 300);

        drawn = Visits(new { Shop = 3, Price = float.NaN });
        Assert.All(drawn, visit => Assert.Equal((3u, float.NaN), (visit.Shop, visit.Price)));
        Assert.True(drawn.Count(visit => visit.Size % 5 == 2) > 0.9 * drawn.Length);

        Assert.All(Visits(new { Day = new DateTime(2024, 3, 5), IsNew = false }), visit => Assert.Equal((5, false), (visit.Day.Day, visit.IsNew)));

        Visit[] Visits(object given) => SmallSynthesizer.Read(visits.Synthesizer.Sample(400, seed: 2, given));
    }

    [Fact]
    public void A_price_follows_the_size_that_is_given_behind_and_before_it()
    {
        var drawn = SmallSynthesizer.Read(visits.Synthesizer.Sample(500, seed: 2, given: new { Size = 7 }));
        // Of some seventy rows of that size a share with a standard error of .05 was learned.
        var learned = SmallSynthesizer.Read(visits.Table).Where(visit => visit.Size == 7).ToArray();
        double missing = learned.Count(visit => float.IsNaN(visit.Price)) / (double)learned.Length;
        Assert.InRange(drawn.Count(visit => float.IsNaN(visit.Price)) / (double)drawn.Length, missing - 0.15, missing + 0.15);
        // Cells of fifteen rows reach from one size to the next; a fifth of all prices is as near.
        Assert.True(drawn.Count(visit => Math.Abs(visit.Price - 70) < 20) > 0.9 * drawn.Count(visit => !float.IsNaN(visit.Price)));
        drawn = SmallSynthesizer.Read(visits.Synthesizer.Sample(500, seed: 2, given: new { Price = (66, 74) }));
        // As among rows that fulfil it by chance; four standard errors.
        var chance = SmallSynthesizer.Read(visits.Synthesizer.Sample(50_000, seed: 3)).Where(visit => visit.Price is >= 66 and <= 74).ToArray();
        double share = chance.Count(visit => visit.Size == 7) / (double)chance.Length;
        double error = Math.Sqrt(share * (1 - share) * (1.5 / drawn.Length + 1.0 / chance.Length));
        Assert.InRange(drawn.Count(visit => visit.Size == 7) / (double)drawn.Length, share - 4 * error, share + 4 * error);
    }

    [Fact]
    public void What_no_row_can_have_is_named()
    {
        Refused(new { Home = "moon" }, "'Home' is given 'moon', which was not learned: it has the values 'barn', 'flat'");
        Refused(new { Age = 7 }, "'Age' is given 7, which was not learned: it has the values 0, 1, 2, 3");
        Refused(new { Age = 1.5 }, "'Age' is given 1.5");
        Refused(new { Home = (string?)null }, "'Home' is given a missing value, but it had a value in every row");
        Refused(new { Age = (7, 9) }, "'Age' is given a value from 7 to 9");
        Refused(new { Age = (2, 1) }, "the range from 2 to 1");
        Refused(new { Kind = ("a", "b") }, "no order");
        Refused(new { Age = new[] { 1, 2 } }, "a pair for a range");
        Refused(new { Home = new[] { "flat", "moon" } }, "'moon'");
        Refused(new { Home = Array.Empty<string>() }, "one of no values");
        Refused(new { Age = (1, 2, 3) }, "a pair for a range");
        Refused(new { Age = "2" }, "'Age' is Int32, but '2' is a String: give a number");
        Refused(new { IsWild = 1 }, "give true or false");
        Refused(new { Height = 1 }, "no column 'Height' to be given: the synthesizer has learned Kind, Age, IsWild, Home");
        Refused(new { }, "names no column");
        Refused(7L, "names no column");

        void Refused(object given, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => pets.Synthesizer.Sample(10, given: given)).Message);
    }

    [Fact]
    public void What_no_visit_can_have_is_named()
    {
        Refused(new { Price = 1e6 }, "'Price' is given 1000000, which was not learned: it has numbers from ");
        Refused(new { Shop = 9 }, "'Shop'");
        Refused(new { Shop = "north" }, "have no names");
        Refused(new { Day = "Monday" }, "give a DateTime or a DateOnly");
        Refused(new { Day = new DateTime(2031, 1, 1) }, "'Day' is given 2031-01-01T00:00:00, which was not learned: it has 20 values from 2024-03-01");

        void Refused(object given, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => visits.Synthesizer.Sample(10, given: given)).Message);
    }

    private Pet[] Draw(object? given) => pets.Read(pets.Synthesizer.Sample(Count, seed: 5, given: given));
}
