using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>A wrong schema is one sentence, before any row is read.</summary>
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
        var rows = _ml.Data.LoadFromArray([new float[2_049], new float[2_049]]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.NormalizingVariationalFlow("Features").Fit(rows));
        AssertSentence(error, ["'Features' has 2049 values a row", "at most 2048 are possible", "ProjectToPrincipalComponents"]);
    }

    [Fact]
    public void A_wide_table_gets_one_layer_where_none_is_asked_for()
    {
        var random = new Microsoft.ML.NormalizingFlows.Numerics.RandomStream(1);
        float[][] rows = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 600).Select(_ => (float)random.NextNormal()).ToArray())];
        var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.None }, Training = { Epochs = 2, Seed = 1 } };
        using var model = _ml.Transforms.NormalizingVariationalFlow(options).Fit(_ml.Data.LoadFromArray(rows));
        Assert.Single(model.Model.Members[0].Spec.Layers.OfType<MapLayerSpec>());
        Assert.All(model.Sample(10, seed: 1).GetColumn<float[]>("Features").SelectMany(row => row), value => Assert.True(float.IsFinite(value)));
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
