using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

/// <summary>Numbers that are names, and others.</summary>
public class NumberNamesTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    [Theory]
    [InlineData("prices of a list", true)]
    [InlineData("postcodes", true)]
    [InlineData("two rates", true)]
    [InlineData("ages", false)]
    [InlineData("counts of a long tail", false)]
    [InlineData("pressures and four means", false)]
    [InlineData("amounts", false)]
    [InlineData("zeros and amounts", false)]
    public void Names_come_again_and_leave_gaps(string kind, bool areNames)
    {
        var random = RandomStream.For(1, kind);
        double[] list = [.. Enumerable.Range(0, 200).Select(_ => Math.Round(Math.Exp(3 + random.NextNormal()), 2))];
        var rows = Enumerable.Range(0, 4_000).Select(_ => kind switch
        {
            "prices of a list" => list[random.NextInt(list.Length)],
            "postcodes" => 10_000 + 60 * random.NextInt(60) + random.NextInt(12),
            "two rates" => random.NextInt(3) == 0 ? 7 : 19,
            "pressures and four means" => 1_000 + random.NextInt(50),
            "ages" => 18 + random.NextInt(60),
            "counts of a long tail" => Math.Floor(Math.Exp(2 + random.NextNormal())),
            "amounts" => Math.Round(Math.Exp(3 + random.NextNormal()), 2),
            _ => random.NextInt(4) > 0 ? 0 : Math.Round(Math.Exp(3 + random.NextNormal()), 2),
        }).Concat(kind == "pressures and four means" ? [1_032.333333, 1_027.5, 1_019.5, 1_029.666667] : []).CountBy(value => value).OrderBy(pair => pair.Key).ToArray();
        double[] values = [.. rows.Select(pair => pair.Key)];
        Assert.Equal(areNames, NumberNames.Are(values, [.. rows.Select(pair => (long)pair.Value)], Grid.Detect(values, isSingle: false)));
    }

    [Fact]
    public void A_postcode_has_its_city_and_a_price_its_goods()
    {
        var random = RandomStream.For(2, "places");
        double[] list = [.. Enumerable.Range(0, 120).Select(_ => Math.Round(Math.Exp(3 + random.NextNormal()), 2))];
        Place[] places = [.. Enumerable.Range(0, 5_000).Select(_ => (City: (int)(80 * random.NextUniform() * random.NextUniform()), Good: random.NextInt(list.Length)))
            .Select(row => new Place($"city {row.City}", 10_000 + 60 * row.City + random.NextInt(12), $"goods {row.Good % 10}", list[row.Good], $"good {row.Good}"))];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(places)).Sample(4_000, seed: 1);
        Place[] rows = [.. s_ml.Data.CreateEnumerable<Place>(drawn, reuseRowObject: false)];
        var goods = places.Select(place => (place.Goods, place.Price, place.Good)).ToHashSet();
        Assert.InRange(rows.Count(place => place.City != $"city {Math.Floor((place.Postcode - 10_000) / 60)}"), 0, 8);
        Assert.InRange(rows.Count(place => !goods.Contains((place.Goods, place.Price, place.Good))), 0, 8);
    }

    public sealed record Place(string City, double Postcode, string Goods, double Price, string Good)
    {
        public Place()
            : this("", 0, "", 0, "")
        {
        }
    }
}
