using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>A wrong schema is one sentence, before any row is read. Alone, as what other tests allocate at the same time would count.</summary>
[Collection(nameof(FeatureColumnTests))]
[CollectionDefinition(nameof(FeatureColumnTests), DisableParallelization = true)]
public class FeatureColumnTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, string[]> Wrong => new()
    {
        { "Absent", ["'Absent'", "Features, Id, Name", "FeatureColumnName"] },
        { "Name", ["'Name'", "String", "ConvertType"] },
        { "Id", ["'Id'", "Int32", "ConvertType"] },
        { "Group", ["'Group'", "ey", "ConvertType"] },
        { "Words", ["'Words'", "String", "ConvertType"] },
        { "Visits", ["'Visits'", "unknown size", "Concatenate"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_feature_column_is_named_with_what_to_do(string column, string[] parts)
    {
        var rows = _ml.Data.LoadFromEnumerable(Unreadable());
        var estimator = new NormalizingVariationalFlowEstimator(
            _ml, new NormalizingVariationalFlowOptions { FeatureColumnName = column }, (_, _, _, _, _, _) => throw new InvalidOperationException("trained"));
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(rows)), parts);
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapes.Of(rows.Schema))), parts);

        var transformer = Fake.Transformer(_ml, Fake.AllColumns with { Feature = column }, out _);
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(rows)), parts);
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(rows.Schema)), parts);
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => ((ITransformer)transformer).GetRowToRowMapper(rows.Schema)), parts);
    }

    [Fact]
    public void A_column_of_another_size_is_named_with_both_sizes()
    {
        var rows = _ml.Data.LoadFromEnumerable(Unreadable());
        var transformer = Fake.Transformer(_ml, Fake.AllColumns with { Feature = "Wealth" }, out _);
        string[] parts = ["'Wealth'", "1 values", "trained on 2"];
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(rows)), parts);
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(rows.Schema)), parts);
    }

    [Fact]
    public void A_table_that_is_too_wide_is_refused_with_the_limit_and_what_to_do()
    {
        var rows = _ml.Data.LoadFromArray([new float[16_385], new float[16_385]]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.NormalizingVariationalFlow("Features").Fit(rows));
        AssertSentence(error, ["'Features' has 16,385 values a row", "at most 16,384 are possible", "ProjectToPrincipalComponents"]);
    }

    [Fact]
    public void A_wide_table_gets_two_layers_whose_linear_maps_have_a_low_rank_where_nothing_is_asked_for()
    {
        using var model = FitWide(rows: 300, features: 600, out _);
        var layers = model.Model.Members[0].Spec.Layers;
        Assert.Equal(2, layers.OfType<MapLayerSpec>().Count());
        Assert.All(layers.OfType<LinearSpec>(), linear => Assert.Equal(64, linear.Rank));
        Assert.All(model.Sample(10, seed: 1).GetColumn<float[]>("Features").SelectMany(row => row), value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>Of a full rank, the three linear maps alone would have 48 million learned values; now all values together are 8 million.</summary>
    [Fact]
    public void Thousands_of_features_are_learned_within_bounded_memory()
    {
        long before = GC.GetTotalAllocatedBytes();
        using var model = FitWide(rows: 120, features: 4_000, out float[][] rows);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 2_000_000_000);
        Assert.InRange(model.Report.Parameters, 1, 8_000_000);

        // The features follow one number: as independent ones of their own deviation they would have about -4,000 times 1.5.
        double mean = model.Transform(_ml.Data.LoadFromArray(rows)).GetColumn<float>("LogDensity").Average();
        Assert.InRange(mean, -4_000 * 1.2, 0);
        Assert.All(model.Sample(2, seed: 1).GetColumn<float[]>("Features").SelectMany(row => row), value => Assert.True(float.IsFinite(value)));

        using var stream = new MemoryStream();
        _ml.Model.Save(model, inputSchema: null, stream);
        Assert.Equal(model.Transform(_ml.Data.LoadFromArray(rows)).GetColumn<float>("LogDensity"), _ml.Model.Load(stream, out _).Transform(_ml.Data.LoadFromArray(rows)).GetColumn<float>("LogDensity"));
    }

    [Fact]
    public void States_that_are_Gaussians_are_refused_where_they_would_be_too_wide()
    {
        var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.Mixture(3) } };
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.NormalizingVariationalFlow(options).Fit(_ml.Data.LoadFromArray([new float[2_049], new float[2_049]])));
        AssertSentence(error, ["up to 2,048 features", "there are 2,049", "FlowLatent.None"]);
    }

    private NormalizingVariationalFlowTransformer FitWide(int rows, int features, out float[][] values)
    {
        var random = new Microsoft.ML.NormalizingFlows.Numerics.RandomStream(1);
        values = [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextNormal()).Select(all => Enumerable.Range(0, features).Select(_ => all + 0.5f * (float)random.NextNormal()).ToArray())];
        var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.None }, Training = { Epochs = 2, Seed = 1 } };
        return _ml.Transforms.NormalizingVariationalFlow(options).Fit(_ml.Data.LoadFromArray(values));
    }

    [Fact]
    public void A_chain_refuses_a_wrong_schema_before_it_reads()
    {
        var pipeline = _ml.Transforms.CopyColumns("Copy", "Name").Append(_ml.Transforms.NormalizingVariationalFlow("Copy"));
        Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Fit(_ml.Data.LoadFromEnumerable(Unreadable())));
    }

    private static void AssertSentence(Exception error, string[] parts)
    {
        foreach (string part in parts)
            Assert.Contains(part, error.Message);
    }

    private static IEnumerable<Person> Unreadable()
    {
        if (DateTime.UtcNow.Year > 0)
            throw new InvalidOperationException("A row was read.");
        yield break;
    }
}
