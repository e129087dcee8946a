using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Relations;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Relations;

/// <summary>Places of a hundred towns, whose latitude is that of the town but for a little, and whose income is not.</summary>
public class GroupCentresTests
{
    private const int Towns = 100;

    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Place[] s_places = Draw(4_000);
    private static readonly Lazy<SynthesizerTransformer> s_synthesizer = new(() =>
        s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(s_places)));

    [Fact]
    public void Drawn_rows_lie_in_their_towns()
    {
        var middle = s_places.GroupBy(place => place.Town).ToDictionary(town => town.Key, town => town.Select(place => place.Latitude).Order().ElementAt(town.Count() / 2));
        var drawn = s_ml.Data.CreateEnumerable<Place>(s_synthesizer.Value.Sample(4_000, seed: 2), reuseRowObject: false);
        Assert.InRange(drawn.Count(place => Math.Abs(place.Latitude - middle[place.Town]) > 0.3), 0, 4);
    }

    [Fact]
    public void Only_what_towns_tell_departs_from_their_medians()
    {
        var related = s_synthesizer.Value.File.Codec.Codes.Where(code => code.Relation is not null).ToArray();
        var code = Assert.Single(related);
        Assert.Equal("Latitude", code.Column.Name);
        Assert.Equal("Latitude ~ the median of each Town", code.Relation!.Describe(s_synthesizer.Value.File.Codec.Columns, "Latitude"));
    }

    [Fact]
    public void Nothing_is_said_of_a_town_of_few_rows()
    {
        double[] towns = [.. Enumerable.Repeat(1.0, 10), .. Enumerable.Repeat(2.0, 9), double.NaN], values = [.. Enumerable.Range(0, 20).Select(i => (double)i)];
        var centres = GroupCentres.Of(0, towns, values);
        Assert.Equal([5, double.NaN, double.NaN, double.NaN], new[] { 1, 2, 3, double.NaN }.Select(centres.Of));
    }

    [Fact]
    public void A_saved_synthesizer_draws_the_same()
    {
        using var stream = new MemoryStream();
        s_ml.Model.Save(s_synthesizer.Value, null, stream);
        var loaded = (SynthesizerTransformer)s_ml.Model.Load(stream, out _);
        Assert.Equal(s_synthesizer.Value.Sample(200, seed: 3).GetColumn<double>("Latitude"), loaded.Sample(200, seed: 3).GetColumn<double>("Latitude"));
    }

    /// <summary>Where all terms were products of powers.</summary>
    [Fact]
    public void A_relation_of_the_first_form_is_read()
    {
        var columns = s_synthesizer.Value.File.Codec.Columns;
        int latitude = columns.Index().First(column => column.Item.Name == "Latitude").Index, income = columns.Index().First(column => column.Item.Name == "Income").Index;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(1);        // terms
        writer.Write(2.5);
        writer.Write(1);        // powers
        writer.Write(latitude);
        writer.Write(1.0);
        writer.Write(7.0);      // the constant
        writer.Write(false);
        writer.Write(0);        // frequent values
        stream.Position = 0;
        var read = Relation.Read(new BinaryReader(stream), columns, income, new HashSet<int> { latitude }, version: 1);
        var row = new double[columns.Count];
        row[latitude] = 4;
        Assert.Equal(17, read.Predict(row));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void A_town_that_is_missing_is_drawn_by_where_the_place_lies()
    {
        var place = s_places[0];
        string[] drawn = [.. s_synthesizer.Value.Sample(200, seed: 4, given: new { place.Latitude }).GetColumn<string>("Town")];
        Assert.InRange(drawn.Count(town => Math.Abs(s_places.First(other => other.Town == town).Latitude - place.Latitude) < 0.5), 190, 200);
    }

    private static Place[] Draw(int rows)
    {
        var random = RandomStream.For(1, "places");
        double[] middles = [.. Enumerable.Range(0, Towns).Select(_ => 120 * random.NextUniform() - 60)];
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            int town = (int)(Towns * Math.Pow(random.NextUniform(), 1.5));
            return new Place { Town = $"town {town}", Latitude = Math.Round(middles[town] + 0.05 * random.NextNormal(), 4), Income = Math.Round(Math.Exp(10 + 0.5 * random.NextNormal())) };
        })];
    }

    private sealed class Place
    {
        public string Town { get; set; } = "";

        public double Latitude { get; set; }

        public double Income { get; set; }
    }
}
