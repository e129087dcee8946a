using Microsoft.Data.Analysis;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Rules;

public class SynthesizerRulesTests
{
    private const int Rows = 400;

    private static readonly MLContext s_ml = new(seed: 1);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Columns_keep_their_order_in_every_row_and_stay_in_their_range(bool strict, bool whole)
    {
        var random = RandomStream.For(1, "order");
        double[] low = Draw(() => Shape(10 * random.NextNormal())), high = [.. low.Select(value => value + (strict ? Shape(0.5 + random.NextUniform()) : 0) + Shape(5 * random.NextUniform()))];
        double[] top = [.. high.Select(value => value + Shape(20 * random.NextUniform()))];
        double[] floor = Draw(() => Shape(-40 + random.NextNormal()));
        // Where the lesser value is missing, the greater one stands for itself.
        for (int i = 0; i < Rows; i += 7)
            low[i] = double.NaN;
        for (int i = 3; i < Rows; i += 11)
            high[i] = double.NaN;
        var table = Numbers(("top", top), ("high", high), ("floor", floor), ("low", low));
        var options = Options();
        string[] above = ["high"];
        options.Columns["low"] = new() { Below = strict ? above : [], NotAbove = strict ? [] : above };
        options.Columns["high"] = new() { NotAbove = ["top"] };
        options.Columns["floor"] = new() { Below = ["high", "top"] };
        var drawn = Read(s_ml.Data.Synthesizer(options).Fit(table).Sample(3_000, seed: 2));
        for (int row = 0; row < 3_000; row++)
        {
            double a = drawn["low"][row], b = drawn["high"][row], c = drawn["top"][row], d = drawn["floor"][row];
            Assert.False(a > b || strict && a == b, $"{a} {b}");
            Assert.False(b > c || d >= b || d >= c, $"{d} {b} {c}");
        }
        foreach (var (name, values) in new[] { ("low", low), ("high", high), ("top", top), ("floor", floor) })
        {
            double[] known = [.. values.Where(double.IsFinite)];
            Assert.All(drawn[name].Where(double.IsFinite), value => Assert.InRange(value, known.Min(), known.Max()));
            Assert.All(drawn[name].Where(double.IsFinite), value => Assert.True(!whole || value == Math.Round(value)));
        }
        Assert.InRange(drawn["low"].Count(double.IsNaN), 200, 800);
        Assert.InRange(drawn["high"].Count(double.IsNaN), 100, 600);

        double Shape(double value) => whole ? Math.Ceiling(value) : value;
    }

    [Fact]
    public void The_order_of_Singles_survives_their_rounding()
    {
        var random = RandomStream.For(2, "singles");
        float[] low = [.. Enumerable.Range(0, Rows).Select(_ => 1e6f + (float)random.NextNormal())];
        float[] high = [.. low.Select((value, i) => i % 2 == 0 ? MathF.BitIncrement(value) : value + (float)random.NextUniform() + 1)];
        var table = new DataFrame(new SingleDataFrameColumn("high", high), new SingleDataFrameColumn("low", low));
        var options = Options();
        options.Columns["low"] = new() { Below = ["high"] };
        var drawn = s_ml.Data.Synthesizer(options).Fit(table).Sample(3_000, seed: 2).ToDataFrame(-1);
        Assert.DoesNotContain(true, drawn["low"].Cast<float?>().Zip(drawn["high"].Cast<float?>(), (a, b) => a >= b));
    }

    [Fact]
    public void Dates_keep_their_order_and_their_unit()
    {
        var random = RandomStream.For(3, "dates");
        Visit[] visits = [.. Enumerable.Range(0, Rows).Select(_ => new DateTime(2024, 1, 1).AddDays(random.NextInt(300))).Select(day => new Visit { Out = day.AddDays(random.NextInt(4)), In = day })];
        var options = Options();
        options.Columns["In"] = new() { NotAbove = ["Out"], Earliest = new DateTime(2024, 1, 1) };
        var drawn = s_ml.Data.CreateEnumerable<Visit>(s_ml.Data.Synthesizer(options).Fit(s_ml.Data.LoadFromEnumerable(visits)).Sample(1_000, seed: 1), reuseRowObject: false).ToArray();
        Assert.All(drawn, visit => Assert.InRange((visit.Out - visit.In).TotalDays, 0, 3));
        Assert.All(drawn, visit => Assert.Equal(TimeSpan.Zero, visit.In.TimeOfDay));
        Assert.Equal([0.0, 1, 2, 3], drawn.Select(visit => (visit.Out - visit.In).TotalDays).Distinct().Order());
    }

    [Fact]
    public void Probabilities_of_ordered_rows_sum_to_one()
    {
        var random = RandomStream.For(4, "sum");
        double[] low = Draw(() => random.NextInt(300)), high = [.. low.Select(value => value + 1 + random.NextInt(5))];
        low[0] = 299;
        high[0] = 304;
        var options = Options();
        options.Columns["low"] = new() { Below = ["high"] };
        var synthesizer = s_ml.Data.Synthesizer(options).Fit(Numbers(("high", high), ("low", low)));
        var all = Enumerable.Range(0, 300).SelectMany(a => Enumerable.Range(0, 305).Select(b => ((double)a, (double)b))).ToArray();
        double[] logs = LogDensity(synthesizer, Numbers(("high", [.. all.Select(pair => pair.Item2)]), ("low", [.. all.Select(pair => pair.Item1)])));
        // A value that was not learned has the share of one more row.
        double learned = Math.Pow(1 - 1.0 / (Rows + 1), 2);
        Assert.InRange(logs.Sum(Math.Exp), learned - 1e-4, 1 + 1e-4);
        Assert.All(all.Zip(logs).Where(row => row.First.Item1 >= row.First.Item2), row => Assert.Equal(double.NegativeInfinity, row.Second));
    }

    [Fact]
    public void Combinations_that_no_row_had_are_not_drawn()
    {
        // Trees that never fork draw any city with any country; each lies in two of them, and is too rare for that to be a rule that is found.
        var random = RandomStream.For(6, "cities");
        int[] cities = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt(12))];
        var table = new DataFrame(
            new StringDataFrameColumn("country", cities.Select(city => $"land {(city + random.NextInt(2)) % 4}")),
            new StringDataFrameColumn("city", cities.Select(city => $"town {city}")),
            new DoubleDataFrameColumn("x", Draw(random.NextNormal)));
        var options = Options();
        options.MinimumLeafRows = 10_000;
        string[] before = Pairs(s_ml.Data.Synthesizer(options).Fit(table).Sample(2_000, seed: 1));
        options.Combinations.Add(["country", "city"]);
        var synthesizer = s_ml.Data.Synthesizer(options).Fit(table);
        using var stream = new MemoryStream();
        s_ml.Model.Save(synthesizer, null, stream);
        var loaded = (SynthesizerTransformer)s_ml.Model.Load(stream, out _);
        string[] seen = Pairs(table);
        Assert.NotEmpty(before.Except(seen));
        Assert.Empty(Pairs(synthesizer.Sample(2_000, seed: 1)).Except(seen));
        Assert.Empty(Pairs(loaded.Sample(2_000, seed: 1, given: new { country = "land 3" })).Except(seen.Where(pair => pair.StartsWith("land 3", StringComparison.Ordinal))));
        var holes = new DataFrame(
            new StringDataFrameColumn("country", cities.Take(200).Select(_ => "")),
            new StringDataFrameColumn("city", cities.Take(200).Select(city => $"town {city}")),
            new DoubleDataFrameColumn("x", Enumerable.Repeat(0.5, 200)));
        Assert.Empty(Pairs(loaded.Impute(holes, seed: 2)).Except(seen));
        Assert.Contains("'nowhere'", Assert.Throws<ArgumentException>(() => s_ml.Data.Synthesizer(new SynthesizerOptions { Combinations = [["city", "nowhere"]] }).Fit(table)).Message);
        Assert.Contains("fewer than two", Assert.Throws<ArgumentException>(() => s_ml.Data.Synthesizer(new SynthesizerOptions { Combinations = [["city"]] })).Message);

        static string[] Pairs(IDataView rows) => [.. rows.GetColumn<string>("country").Zip(rows.GetColumn<string>("city"), (country, city) => $"{country}, {city}")];
    }

    [Fact]
    public void Unique_keys_are_numbered_anew_behind_the_learned_ones()
    {
        var random = RandomStream.For(5, "keys");
        var table = new DataFrame(
            new StringDataFrameColumn("code", Enumerable.Range(0, Rows).Select(i => $"C{i:D5}")),
            new Int32DataFrameColumn("id", Enumerable.Range(100, Rows)),
            new StringDataFrameColumn("name", Enumerable.Range(0, Rows).Select(i => $"n-{Guid.NewGuid()}")),
            new DoubleDataFrameColumn("x", Draw(random.NextNormal)));
        var options = Options();
        foreach (string key in new[] { "code", "id", "name" })
            options.Columns[key] = new() { Unique = true };
        var drawn = s_ml.Data.Synthesizer(options).Fit(table).Sample(2_000, seed: 1).ToDataFrame(-1);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => $"C{Rows + i:D5}"), drawn["code"].Cast<string>());
        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => 100 + Rows + i), drawn["id"].Cast<int?>().Select(id => id!.Value));
        Assert.Equal(2_000, drawn["name"].Cast<string>().Distinct().Count(name => name.StartsWith("n-", StringComparison.Ordinal)));
    }

    [Fact]
    public void More_rows_than_keys_are_refused()
    {
        var table = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new Item { Id = (byte)i, Colour = i % 3 }).ToArray());
        var options = Options();
        options.Columns["Id"] = new() { Unique = true };
        var synthesizer = s_ml.Data.Synthesizer(options).Fit(table);
        Assert.Equal(56, synthesizer.Sample(56).GetRowCount());
        Assert.Contains("'Id'", Assert.Throws<ArgumentException>(() => synthesizer.Sample(57)).Message);
    }

    [Fact]
    public void The_kind_and_the_step_of_a_column_can_be_said()
    {
        var random = RandomStream.For(6, "kinds");
        double[] zips = Draw(() => 10_000 + 7 * random.NextInt(900)), prices = Draw(random.NextUniform), ages = Draw(() => 90 * random.NextUniform()), rough = Draw(() => random.NextInt(1_000));
        var options = Options();
        options.Columns["zip"] = new() { Kind = ColumnKind.Category };
        options.Columns["price"] = new() { Step = 0.05, Minimum = 0, Maximum = 1 };
        options.Columns["age"] = new() { Kind = ColumnKind.WholeNumber };
        options.Columns["rough"] = new() { Step = 0 };
        var synthesizer = s_ml.Data.Synthesizer(options).Fit(Numbers(("zip", zips), ("price", prices), ("age", ages), ("rough", rough)));
        var drawn = Read(synthesizer.Sample(2_000, seed: 1));
        Assert.Subset(zips.ToHashSet(), drawn["zip"].ToHashSet());
        Assert.All(drawn["price"], price => Assert.Equal(price, Math.Round(price * 20) / 20));
        Assert.All(drawn["age"], age => Assert.Equal(age, Math.Round(age)));
        Assert.Contains(drawn["rough"], value => value != Math.Round(value));
        Assert.All(drawn["rough"], value => Assert.InRange(value, rough.Min(), rough.Max()));
        // What is rounded when it is learned is rounded when it is scored.
        Assert.All(LogDensity(synthesizer, Numbers(("zip", zips), ("price", prices), ("age", ages), ("rough", rough))), log => Assert.True(double.IsFinite(log)));
    }

    public static TheoryData<string, Action<IDictionary<string, SynthesizerColumnOptions>>> Impossible => new()
    {
        { "'nowhere'", columns => columns["nowhere"] = new() },
        { "'there'", columns => columns["a"] = new() { Below = ["there"] } },
        { "circle", columns => (columns["a"], columns["b"]) = (new() { NotAbove = ["b"] }, new() { NotAbove = ["a"] }) },
        { "'a' > 'a'", columns => columns["a"] = new() { NotAbove = ["a"] } },
        { "'text'", columns => columns["a"] = new() { Below = ["text"] } },
        { "'text'", columns => columns["text"] = new() { Positive = true } },
        { "'text'", columns => columns["text"] = new() { Kind = ColumnKind.Number } },
        { "'a' is to have a first or last date", columns => columns["a"] = new() { Latest = DateTime.MaxValue } },
        { "category", columns => columns["a"] = new() { Kind = ColumnKind.Category, Minimum = 0 } },
        { "Row 2 (counted from 0) has 3", columns => columns["a"] = new() { Maximum = 2.5 } },
        { "Row 0 (counted from 0) has 1", columns => columns["a"] = new() { Minimum = 2 } },
        { "Row 4 (counted from 0) has 0", columns => columns["b"] = new() { Positive = true } },
        { "Row 3 (counted from 0) has 4", columns => columns["a"] = new() { NotAbove = ["b"] } },
        { "Rows 1 and 2", columns => columns["b"] = new() { Unique = true } },
        { "Row 5 (counted from 0) has no value", columns => columns["c"] = new() { Unique = true } },
        { "All columns", columns => (columns["a"], columns["b"], columns["c"], columns["text"]) = (new() { Unique = true }, new() { Unique = true }, new() { Unique = true }, new() { Unique = true }) },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void An_impossible_rule_is_named_before_training(string part, Action<IDictionary<string, SynthesizerColumnOptions>> set)
    {
        var options = Options();
        set(options.Columns);
        options.Progress = new Progress<SynthesizerProgress>(_ => throw new InvalidOperationException("Training has started."));
        var table = new DataFrame(
            new DoubleDataFrameColumn("a", [1.0, 2, 3, 4, 5, 6]), new DoubleDataFrameColumn("b", [5.0, 6, 6, 3, 0, 7]),
            new DoubleDataFrameColumn("c", [1.0, 2, 3, 4, 5, double.NaN]), new StringDataFrameColumn("text", ["s", "t", "u", "v", "w", "x"]));
        var error = Assert.ThrowsAny<Exception>(() => s_ml.Data.Synthesizer(options).Fit(table));
        Assert.True(error is ArgumentException or InvalidOperationException);
        Assert.Contains(part, error.Message);
    }

    public static TheoryData<string, SynthesizerColumnOptions> Contradictions => new()
    {
        { "Minimum", new() { Minimum = 2, Maximum = 1 } },
        { "Positive", new() { Positive = true, Maximum = 0 } },
        { "Earliest", new() { Earliest = DateTime.MaxValue, Latest = DateTime.MinValue } },
        { "Step", new() { Step = 1.0 / 3 } },
        { "Step", new() { Step = 0.5, Kind = ColumnKind.WholeNumber } },
        { "Unique", new() { Unique = true, Minimum = 0 } },
        { "Kind", new() { Kind = (ColumnKind)77 } },
        { "not a number", new() { Minimum = double.NaN } },
        { "Below", new() { Below = null! } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Rules_that_contradict_one_another_are_refused_before_anything_is_read(string part, SynthesizerColumnOptions column)
    {
        var options = Options();
        options.Columns["a"] = column;
        string message = Assert.ThrowsAny<ArgumentException>(() => s_ml.Data.Synthesizer(options)).Message;
        Assert.Contains(part, message);
        Assert.Contains("'a'", message);
    }

    [Fact]
    public void Rules_are_saved_with_the_model()
    {
        var random = RandomStream.For(7, "saved");
        double[] low = Draw(random.NextNormal), high = [.. low.Select(value => value + random.NextUniform())];
        var table = Numbers(("id", [.. Enumerable.Range(0, Rows).Select(i => (double)i)]), ("high", high), ("low", low), ("kind", Draw(() => 0.3 * random.NextInt(400))), ("half", Draw(() => random.NextInt(400) / 2.0)));
        var options = Options();
        options.Columns["id"] = new() { Unique = true };
        options.Columns["low"] = new() { Below = ["high"] };
        options.Columns["kind"] = new() { Kind = ColumnKind.Category };
        options.Columns["half"] = new() { Kind = ColumnKind.WholeNumber };
        var synthesizer = s_ml.Data.Synthesizer(options).Fit(table);
        using var stream = new MemoryStream();
        s_ml.Model.Save(synthesizer, ((IDataView)table).Schema, stream);
        var loaded = (SynthesizerTransformer)s_ml.Model.Load(new MemoryStream(stream.ToArray()), out _);
        var (rows, again) = (synthesizer.Sample(500, seed: 1), loaded.Sample(500, seed: 1));
        foreach (var (name, values) in Read(rows))
            Assert.Equal(values, Read(again)[name]);
        Assert.Equal(LogDensity(synthesizer, table), LogDensity(loaded, table));
        Assert.Equal(LogDensity(synthesizer, rows.ToDataFrame(-1)), LogDensity(loaded, again));
    }

    [Fact]
    public void A_table_of_constants_and_one_of_fewer_rows_than_columns_work()
    {
        var constants = new DataFrame(new DoubleDataFrameColumn("x", [4.0, 4, 4]), new StringDataFrameColumn("y", ["one", "one", "one"]));
        var same = s_ml.Data.Synthesizer(Options()).Fit(constants);
        var drawn = same.Sample(5, seed: 1).ToDataFrame(-1);
        Assert.Equal(Enumerable.Repeat<object>(4.0, 5), drawn["x"].Cast<object>());
        Assert.Equal(Enumerable.Repeat("one", 5), drawn["y"].Cast<string>());
        Assert.All(LogDensity(same, constants), log => Assert.Equal(2 * Math.Log(1 - 1 / 4.0), log, 1e-6));

        var wide = Numbers([.. Enumerable.Range(0, 30).Select(i => ($"c{i}", new double[] { i, i + 1, i * i }))]);
        var few = s_ml.Data.Synthesizer(Options()).Fit(wide);
        Assert.All(Read(few.Sample(20, seed: 1)), column => Assert.Subset(((IEnumerable<double?>)wide[column.Key]).Select(value => value!.Value).ToHashSet(), column.Value.ToHashSet()));
    }

    private static SynthesizerOptions Options() => new() { Trees = 4, Seed = 1, Threads = 1 };

    private static double[] LogDensity(SynthesizerTransformer synthesizer, IDataView table) => [.. synthesizer.Transform(table).GetColumn<float>("LogDensity").Select(log => (double)log)];

    private static double[] Draw(Func<double> next) => [.. Enumerable.Range(0, Rows).Select(_ => next())];

    private static DataFrame Numbers(params (string Name, double[] Values)[] columns) =>
        new(columns.Select(column => new DoubleDataFrameColumn(column.Name, column.Values)));

    private static Dictionary<string, double[]> Read(IDataView view) => view.ToDataFrame(-1).Columns.ToDictionary(
        column => column.Name, column => column.Cast<double?>().Select(value => value ?? double.NaN).ToArray());

    private sealed class Item
    {
        public byte Id { get; set; }

        public int Colour { get; set; }
    }

    private sealed class Visit
    {
        public DateTime Out { get; set; }

        public DateTime In { get; set; }
    }
}
