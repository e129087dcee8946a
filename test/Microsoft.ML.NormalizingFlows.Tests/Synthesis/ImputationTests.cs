using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

public class ImputationTests(SmallPets pets, SmallSynthesizer visits) : IClassFixture<SmallPets>, IClassFixture<SmallSynthesizer>
{
    [Fact]
    public void A_missing_value_is_drawn_given_all_others()
    {
        var rows = pets.Load(Enumerable.Repeat(new Pet { Age = 1, IsWild = true, Home = "garden" }, 3_000));
        var filled = pets.Read(pets.Synthesizer.Impute(rows, seed: 2));
        Assert.Equal(3_000, filled.Length);
        pets.AssertFollows(filled, pet => pet is { Kind: not "", Age: 1, IsWild: true, Home: "garden" });
    }

    [Fact]
    public void Columns_that_rows_lack_are_drawn_with_their_missing_values()
    {
        var rows = new DataFrame(new StringDataFrameColumn("Home", Enumerable.Repeat("street", 3_000)), new Int32DataFrameColumn("Age", Enumerable.Repeat(3, 3_000)));
        var filled = pets.Read(pets.Synthesizer.Impute(rows, seed: 2));
        pets.AssertFollows(filled, pet => pet is { Age: 3, Home: "street" });
    }

    [Fact]
    public void Known_values_stay_and_other_columns_pass()
    {
        var rows = new DataFrame(
            new StringDataFrameColumn("Name", ["Tom", "Rex", "Ivy"]),
            new StringDataFrameColumn("Kind", ["cat", null, ""]),
            new Int32DataFrameColumn("Age", [2, 77, 1]),
            new BooleanDataFrameColumn("IsWild", [true, false, false]),
            new StringDataFrameColumn("Home", ["boat", "flat", null]));
        var view = pets.Synthesizer.Impute(rows, seed: 3);
        Assert.Equal(["Name", "Kind", "Age", "IsWild", "Home"], view.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
        var filled = view.ToDataFrame(-1);
        Assert.Equal(["Tom", "Rex", "Ivy"], filled.Columns["Name"].Cast<string>());
        Assert.Equal([2, 77, 1], filled.Columns["Age"].Cast<int>());
        Assert.Equal(["boat", "flat"], filled.Columns["Home"].Cast<string>().Take(2));
        Assert.Equal("cat", filled.Columns["Kind"][0]);
        Assert.All(filled.Columns["Kind"].Cast<string>(), kind => Assert.Contains(kind, new[] { "cat", "dog" }));
        Assert.Contains((string)filled.Columns["Home"][2], Pet.All.Select(pet => pet.Home));
    }

    [Fact]
    public void A_row_is_filled_alike_in_every_pass_and_order()
    {
        var view = visits.Synthesizer.Impute(visits.Table, seed: 4);
        var all = SmallSynthesizer.Read(view);
        Assert.Equal(all, SmallSynthesizer.Read(view));
        Assert.DoesNotContain(all, visit => float.IsNaN(visit.Price) || visit.Shop == 0);
        using var shuffled = view.GetRowCursor(view.Schema, new Random(1));
        var readId = shuffled.GetIdGetter();
        var price = shuffled.GetGetter<float>(view.Schema["Price"]);
        int rows = 0;
        for (; shuffled.MoveNext(); rows++)
        {
            DataViewRowId id = default;
            float value = 0;
            readId(ref id);
            price(ref value);
            Assert.Equal(all[id.Low].Price, value);
        }
        Assert.Equal(all.Length, rows);
    }

    [Fact]
    public void Known_values_are_the_same_and_drawn_ones_fit_them()
    {
        var before = SmallSynthesizer.Read(visits.Table);
        var after = SmallSynthesizer.Read(visits.Synthesizer.Impute(visits.Table, seed: 4));
        Assert.All(before.Zip(after), pair => Assert.Equal(
            pair.First, pair.Second with { Price = float.IsNaN(pair.First.Price) ? float.NaN : pair.Second.Price, Shop = pair.First.Shop == 0 ? 0 : pair.Second.Shop }));
        var drawn = before.Zip(after).Where(pair => float.IsNaN(pair.First.Price)).Select(pair => pair.Second).ToArray();
        Assert.True(drawn.Count(visit => Math.Abs(visit.Price - visit.Size * 10) < 15) > 0.9 * drawn.Length, $"{drawn.Count(visit => Math.Abs(visit.Price - visit.Size * 10) < 15)} of {drawn.Length}");
    }

    [Fact]
    public void No_rows_and_one_row()
    {
        Assert.Empty(pets.Read(pets.Synthesizer.Impute(pets.Load([]))));
        Assert.Single(pets.Read(pets.Synthesizer.Impute(pets.Load([new Pet { Home = "flat" }]))));
    }

    [Fact]
    public void Bad_rows_are_named()
    {
        var none = new DataFrame(new Int32DataFrameColumn("Height", [1]));
        Assert.Contains("none of the columns", Assert.Throws<ArgumentOutOfRangeException>(() => pets.Synthesizer.Impute(none)).Message);
        var wrong = new DataFrame(new StringDataFrameColumn("Age", ["1"]));
        Assert.Contains("'Age' is String, but Int32 was learned", Assert.Throws<ArgumentOutOfRangeException>(() => pets.Synthesizer.Impute(wrong)).Message);
    }
}
