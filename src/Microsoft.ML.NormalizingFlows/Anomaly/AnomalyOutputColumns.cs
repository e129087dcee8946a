using System.Runtime.CompilerServices;
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
    /// <param name="views">What rows are held against beside the flow; null for nothing.</param>
    /// <param name="features">Says what is known of the features.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="explain">Makes what computes contributions.</param>
    /// <param name="scoreSet">The number that the columns share.</param>
    public static IReadOnlyList<OutputColumn> Create(
        AnomalyColumns columns, AnomalyJudge judge, SurpriseViews? views, FlowColumns features, int dimensions, Func<FeatureContributions> explain, uint scoreSet)
    {
        var written = new SurpriseWriter(judge, views);
        var list = new List<OutputColumn>
        {
            new(columns.Score, NumberDataViewType.Single, OutputAnnotations.Score(scoreSet, "Score", Kind), FlowOutputs.LogDensity,
                (scorer, row) => (ValueGetter<float>)((ref float value) => value = judge.Score(scorer.LogDensity(row())))) { Onnx = written.Score },
            new(columns.PredictedLabel, BooleanDataViewType.Instance, OutputAnnotations.Score(scoreSet, "PredictedLabel", Kind), FlowOutputs.LogDensity,
                (scorer, row) => (ValueGetter<bool>)((ref bool value) => value = judge.IsAnomaly(judge.Score(scorer.LogDensity(row()))))) { Onnx = written.IsAnomaly },
        };
        if (columns.PValue is { } pValue)
        {
            list.Add(new(pValue, NumberDataViewType.Single, OutputAnnotations.Score(scoreSet, "Probability", Kind), FlowOutputs.LogDensity,
                (scorer, row) => (ValueGetter<float>)((ref float value) => value = judge.HeldOut.PValue(judge.Score(scorer.LogDensity(row()))))) { Onnx = written.PValue });
        }
        // The columns of explanations of one reading share one that computes them.
        var explainers = new ConditionalWeakTable<BatchScorer, FeatureContributions>();
        var slots = OutputAnnotations.Slots(features.SlotNames);
        if (columns.FeatureContributions is { } contributions)
        {
            list.Add(new(contributions, new VectorDataViewType(NumberDataViewType.Single, dimensions), slots, FlowOutputs.LogDensity,
                (scorer, row) => Explain(scorer, row, (values, _, i) => values[i])));
        }
        if (columns.ExpectedFeatures is { } expected)
        {
            DataViewType item = features.FeatureIsDouble ? NumberDataViewType.Double : NumberDataViewType.Single;
            list.Add(new(expected, new VectorDataViewType((PrimitiveDataViewType)item, dimensions), slots, FlowOutputs.LogDensity, (scorer, row) => features.FeatureIsDouble
                ? Explain(scorer, row, (_, values, i) => features.ShortUserValue(i, values[i]))
                : Explain(scorer, row, (_, values, i) => (float)features.UserValue(i, values[i]))));
        }
        return list;

        // Each value from the contributions and the expected features of the row.
        Delegate Explain<T>(BatchScorer scorer, Func<int> row, Func<float[], float[], int, T> choose)
        {
            var explainer = explainers.GetValue(scorer, _ => explain());
            float[] contributions = new float[dimensions], expected = new float[dimensions];
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                bool explains = !columns.ExplainOnlyAnomalies || judge.IsAnomaly(judge.Score(scorer.LogDensity(row())));
                explainer.Compute(explains ? scorer.Features(row()) : [], contributions, expected);
                var editor = VBufferEditor.Create(ref value, dimensions);
                for (int i = 0; i < dimensions; i++)
                    editor.Values[i] = choose(contributions, expected, i);
                value = editor.Commit();
            });
        }
    }
}

/// <summary>The columns that a detector adds; saved with the model. Null leaves one out.</summary>
internal sealed record AnomalyColumns(string Score, string PredictedLabel, string? PValue, string? FeatureContributions, string? ExpectedFeatures, bool ExplainOnlyAnomalies)
{
    public static AnomalyColumns Of(NormalizingVariationalFlowAnomalyOptions options) => new(
        options.ScoreColumnName, options.PredictedLabelColumnName, options.PValueColumnName,
        options.FeatureContributionsColumnName, options.ExpectedFeaturesColumnName, options.ExplainOnlyAnomalies);
}
