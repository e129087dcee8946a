using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>The columns that a detector adds to a table, in their order.</summary>
internal static class AnomalyOutputColumns
{
    // ML.NET's own name of the task.
    private const string Kind = "AnomalyDetection";

    /// <param name="columns">Their names.</param>
    /// <param name="judge">Makes scores of log-densities.</param>
    /// <param name="slotNames">Of the features; null where they have none.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="explain">Makes what computes contributions.</param>
    /// <param name="scoreSet">The number that the columns share.</param>
    public static IReadOnlyList<OutputColumn> Create(
        AnomalyColumns columns, AnomalyJudge judge, IReadOnlyList<string>? slotNames, int dimensions, Func<FeatureContributions> explain, uint scoreSet)
    {
        var list = new List<OutputColumn>
        {
            new(columns.Score, NumberDataViewType.Single, OutputAnnotations.Score(scoreSet, "Score", Kind), FlowOutputs.LogDensity,
                (scorer, row) => (ValueGetter<float>)((ref float value) => value = judge.Score(scorer.LogDensity(row())))),
            new(columns.PredictedLabel, BooleanDataViewType.Instance, OutputAnnotations.Score(scoreSet, "PredictedLabel", Kind), FlowOutputs.LogDensity,
                (scorer, row) => (ValueGetter<bool>)((ref bool value) => value = judge.IsAnomaly(judge.Score(scorer.LogDensity(row()))))),
        };
        if (columns.PValue is { } pValue)
        {
            list.Add(new(pValue, NumberDataViewType.Single, OutputAnnotations.Score(scoreSet, "Probability", Kind), FlowOutputs.LogDensity,
                (scorer, row) => (ValueGetter<float>)((ref float value) => value = judge.HeldOut.PValue(judge.Score(scorer.LogDensity(row()))))));
        }
        AddExplanation(columns.FeatureContributions, (explainer, features, target) => explainer.Compute(features, target, new float[target.Length]));
        AddExplanation(columns.ExpectedFeatures, (explainer, features, target) => explainer.Compute(features, new float[target.Length], target));
        return list;

        void AddExplanation(string? name, Explain compute)
        {
            if (name is null)
                return;
            var type = new VectorDataViewType(NumberDataViewType.Single, dimensions);
            list.Add(new(name, type, OutputAnnotations.Slots(slotNames), FlowOutputs.LogDensity, (scorer, row) =>
            {
                var explainer = explain();
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                {
                    var editor = VBufferEditor.Create(ref value, dimensions);
                    compute(explainer, scorer.Features(row()), editor.Values);
                    value = editor.Commit();
                });
            }));
        }
    }

    private delegate void Explain(FeatureContributions explainer, ReadOnlySpan<float> features, Span<float> target);
}

/// <summary>The columns that a detector adds; saved with the model. Null leaves one out.</summary>
internal sealed record AnomalyColumns(string Score, string PredictedLabel, string? PValue, string? FeatureContributions, string? ExpectedFeatures)
{
    public static AnomalyColumns Of(NormalizingVariationalFlowAnomalyOptions options) => new(
        options.ScoreColumnName, options.PredictedLabelColumnName, options.PValueColumnName,
        options.FeatureContributionsColumnName, options.ExpectedFeaturesColumnName);
}
