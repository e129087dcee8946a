using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Rules;

/// <summary>What all training rows keep, told by nobody: a city decides its country, a gain excludes a loss, none ends before it starts, and some kinds never meet.</summary>
public class FoundRulesTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Trade[] s_trades = Draw(4_000, seed: 1);
    private static readonly SynthesizerTransformer s_synthesizer =
        s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 3, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(s_trades));

    [Fact]
    public void Drawn_rows_keep_all_of_them()
    {
        var drawn = Read(s_synthesizer.Sample(6_000, seed: 2));
        Assert.Equal(0, Broken(s_trades));
        Assert.InRange(Broken(drawn), 0, 6);
        // And are no less diverse for it.
        Assert.Equal(s_trades.Count(trade => trade.Gain > 0) / 4_000.0, drawn.Count(trade => trade.Gain > 0) / 6_000.0, 0.03);
        Assert.Equal(s_trades.Select(trade => trade.City).Distinct().Count(), drawn.Select(trade => trade.City).Distinct().Count());
    }

    [Fact]
    public void A_city_is_drawn_for_the_country_that_is_given_and_a_country_for_the_city()
    {
        Assert.All(Read(s_synthesizer.Sample(60, seed: 2, given: new { Country = "land3" })), trade => Assert.Equal(3, Number(trade.City) % 7));
        Assert.All(Read(s_synthesizer.Sample(60, seed: 2, given: new { City = "city12" })), trade => Assert.Equal("land5", trade.Country));
    }

    [Fact]
    public void What_is_given_against_a_rule_is_drawn_all_the_same()
    {
        var drawn = Read(s_synthesizer.Sample(50, seed: 2, given: new { City = "city12", Country = "land3" }));
        Assert.All(drawn, trade => Assert.Equal(("city12", "land3"), (trade.City, trade.Country)));
    }

    [Fact]
    public void Missing_values_are_filled_by_the_rules()
    {
        Trade[] rows = [.. Draw(60, seed: 3).Select(trade => trade with { Country = "" })];
        Assert.All(Read(s_synthesizer.Impute(s_ml.Data.LoadFromEnumerable(rows), seed: 2)), trade => Assert.Equal(Number(trade.City) % 7, Number(trade.Country)));
    }

    [Fact]
    public void Rows_that_keep_no_rule_are_refused_nothing()
    {
        // Independent columns: whatever is drawn together, is.
        var random = RandomStream.For(5, "rows");
        Trade[] rows = [.. Enumerable.Range(0, 3_000).Select(_ => new Trade { City = $"city{random.NextInt(5)}", Country = $"land{random.NextInt(5)}", Start = random.NextUniform(), End = random.NextUniform() })];
        var synthesizer = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 1, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(rows));
        Assert.Empty(synthesizer.File.Model.Rules);
        Assert.Empty(synthesizer.File.Codec.Orders);
    }

    [Fact]
    public void A_saved_synthesizer_keeps_them()
    {
        using var stream = new MemoryStream();
        s_ml.Model.Save(s_synthesizer, null, stream);
        var loaded = (SynthesizerTransformer)s_ml.Model.Load(stream, out _);
        Assert.Equal(Read(s_synthesizer.Sample(500, seed: 4)), Read(loaded.Sample(500, seed: 4)));
    }

    private static int Broken(Trade[] rows) => rows.Count(trade => Number(trade.City) % 7 != Number(trade.Country) || trade.Gain > 0 && trade.Loss > 0 || trade.End < trade.Start
        || trade.Kind == "bond" && trade.City == "city1");

    private static int Number(string text) => int.Parse(text.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);

    private static Trade[] Read(IDataView view) => [.. s_ml.Data.CreateEnumerable<Trade>(view, reuseRowObject: false)];

    private static Trade[] Draw(int rows, ulong seed)
    {
        var random = RandomStream.For(seed, "trades");
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            int city = random.NextInt(40);
            string kind = city == 1 ? "share" : random.NextInt(2) == 0 ? "share" : "bond";
            bool isGain = random.NextInt(2) == 0, isNone = random.NextInt(3) == 0;
            double start = random.NextUniform() * 100;
            return new Trade
            {
                City = $"city{city}", Country = $"land{city % 7}", Kind = kind, Gain = isGain && !isNone ? Math.Exp(random.NextNormal()) : 0,
                Loss = isGain || isNone ? 0 : Math.Exp(random.NextNormal()), Start = start, End = start + (random.NextInt(4) == 0 ? 0 : 40 * random.NextUniform()),
            };
        })];
    }

    private sealed record Trade
    {
        public string City { get; set; } = "";

        public string Country { get; set; } = "";

        public string Kind { get; set; } = "";

        public double Gain { get; set; }

        public double Loss { get; set; }

        public double Start { get; set; }

        public double End { get; set; }
    }
}
