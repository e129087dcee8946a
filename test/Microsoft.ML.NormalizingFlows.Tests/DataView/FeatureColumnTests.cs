using Microsoft.ML.NormalizingFlows.DataView;

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
    public void AWrongFeatureColumnIsNamedWithWhatToDo(string column, string[] parts)
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
    public void AColumnOfAnotherSizeIsNamedWithBothSizes()
    {
        var rows = _ml.Data.LoadFromEnumerable(Unreadable());
        var transformer = Fake.Transformer(_ml, Fake.AllColumns with { Feature = "Wealth" }, out _);
        string[] parts = ["'Wealth'", "1 values", "trained on 2"];
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(rows)), parts);
        AssertSentence(Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(rows.Schema)), parts);
    }

    [Fact]
    public void AChainRefusesAWrongSchemaBeforeItReads()
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
