using Microsoft.Data.Analysis;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

public class SynthesizerTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    [Fact]
    public void Rows_have_the_schema_and_keep_the_dependence_of_columns()
    {
        var synthesizer = Fit();
        var rows = synthesizer.Sample(2_000, seed: 3).ToDataFrame(-1);
        Assert.Equal(["kind", "size", "price"], rows.Columns.Select(column => column.Name));
        var kinds = rows.Columns["kind"].Cast<string>().ToArray();
        var sizes = rows.Columns["size"].Cast<double?>().Select(value => value!.Value).ToArray();
        Assert.All(sizes, size => Assert.Equal(Math.Round(size), size));
        int agree = kinds.Zip(sizes).Count(pair => pair.First == "small" == pair.Second < 10);
        Assert.InRange(agree, 1_960, 2_000);
        Assert.InRange(rows.Columns["price"].Cast<double?>().Count(value => value is null || double.IsNaN(value.Value)), 300, 500);
    }

    [Fact]
    public void A_seed_gives_the_same_rows_in_every_pass()
    {
        var view = Fit().Sample(1_500, seed: 5);
        DataFrame first = view.ToDataFrame(-1), second = view.ToDataFrame(-1);
        Assert.Equal(first.Columns["price"].Cast<object>(), second.Columns["price"].Cast<object>());
    }

    [Fact]
    public void An_unseen_category_has_a_small_share()
    {
        var rows = Fit().Transform(new DataFrame(
            new StringDataFrameColumn("kind", ["small", "unheard"]),
            new DoubleDataFrameColumn("size", [3.0, 3.0]),
            new DoubleDataFrameColumn("price", [double.NaN, double.NaN]))).GetColumn<float>("LogDensity").ToArray();
        Assert.True(float.IsFinite(rows[0]));
        Assert.InRange(rows[1], -100, rows[0] - 3);
    }

    [Fact]
    public void Five_thousand_categories_keep_their_shares_and_what_hangs_on_them_be_they_rare()
    {
        // Codes by Zipf's law; each belongs to one of eight regions.
        const int Codes = 5_000, Rows = 20_000;
        var random = RandomStream.For(1, "codes");
        int[] regions = [.. Enumerable.Range(0, Codes).Select(_ => random.NextInt(8))];
        int[] codes = [.. Enumerable.Range(0, Rows).Select(_ => (int)(10 * Math.Exp(random.NextUniform() * Math.Log(Codes / 10.0 + 1))) - 10)];
        var table = new DataFrame(new StringDataFrameColumn("code", codes.Select(code => $"c{code}")), new StringDataFrameColumn("region", codes.Select(code => $"r{regions[code]}")));
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Threads = 1 }).Fit(table).Sample(Rows, seed: 1).ToDataFrame(-1);
        var counts = codes.CountBy(code => code).ToDictionary();
        var rows = drawn["code"].Cast<string>().Select(code => int.Parse(code[1..])).Zip(drawn["region"].Cast<string>()).ToArray();
        var frequent = rows.Where(row => counts[row.First] >= 20).ToArray();
        Assert.InRange(Right(frequent), 0.95, 1);
        Assert.InRange(Right([.. rows.Where(row => counts[row.First] < 5)]), 0.95, 1);
        Assert.Equal(counts.Values.Where(count => count >= 20).Sum() / (double)Rows, frequent.Length / (double)Rows, 0.02);

        double Right((int Code, string Region)[] some) => some.Count(row => row.Region == $"r{regions[row.Code]}") / (double)some.Length;
    }

    [Fact]
    public void Keys_dates_truth_values_whole_numbers_and_constants_come_back_as_they_were()
    {
        var random = RandomStream.For(1, "orders");
        var table = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1_000).Select(_ => new Order(random.NextInt(10))).ToArray());
        var synthesizer = s_ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Threads = 1 }).Fit(table);
        Order[] orders = Read(table), drawn = Read(synthesizer.Sample(1_000, seed: 2));
        Assert.Equal(orders.Select(order => order.Day).Distinct().Order(), drawn.Select(order => order.Day).Distinct().Order());
        Assert.All(drawn, order => Assert.InRange(order.Shop, 0u, 3u));
        Assert.Contains(drawn, order => order.Shop == 0);
        Assert.All(drawn, order => Assert.Equal(7, order.Same));
        var whole = orders.ToHashSet();
        Assert.InRange(drawn.Count(whole.Contains), 970, 1_000);

        static Order[] Read(IDataView view) => [.. s_ml.Data.CreateEnumerable<Order>(view, reuseRowObject: false)];
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var vector = s_ml.Transforms.Concatenate("Both", "size", "price");
        var table = vector.Fit(Table()).Transform(Table());
        Assert.Contains("'Both'", Assert.Throws<ArgumentException>(() => s_ml.Data.Synthesizer().Fit(table)).Message);
        var infinite = new DataFrame(new DoubleDataFrameColumn("x", [1.0, double.PositiveInfinity]));
        Assert.Contains("'x'", Assert.Throws<InvalidOperationException>(() => s_ml.Data.Synthesizer().Fit(infinite)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 0 }));
    }

    private static SynthesizerTransformer Fit() =>
        s_ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Threads = 1 }).Fit(Table());

    // size says kind; a price is missing in a fifth of the rows.
    private static DataFrame Table()
    {
        var random = RandomStream.For(1, "table");
        var sizes = Enumerable.Range(0, 2_000).Select(_ => (double)random.NextInt(20)).ToArray();
        return new DataFrame(
            new StringDataFrameColumn("kind", sizes.Select(size => size < 10 ? "small" : "large")),
            new DoubleDataFrameColumn("size", sizes),
            new DoubleDataFrameColumn("price", sizes.Select(size => random.NextUniform() < 0.2 ? double.NaN : size * 10 + random.NextNormal())));
    }

    // All follows from the number of pieces. ML.NET reads the shops 0 .. 2 as the keys 1 .. 3, and shop 3 as the missing key, 0.
    private sealed record Order
    {
        public Order()
        {
        }

        public Order(int pieces)
        {
            Pieces = pieces;
            IsLarge = pieces > 4;
            Day = new DateTime(2024, 1, 1 + pieces);
            Shop = (uint)(pieces % 4);
        }

        public int Pieces { get; set; }

        public bool IsLarge { get; set; }

        public DateTime Day { get; set; }

        [KeyType(3)]
        public uint Shop { get; set; }

        public float Same { get; set; } = 7;
    }
}
