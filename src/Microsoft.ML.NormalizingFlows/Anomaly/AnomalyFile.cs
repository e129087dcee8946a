using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>All that is saved of a detector: its flow, in the form of a flow that is saved alone, and what makes scores of its densities.</summary>
internal sealed record AnomalyFile(FlowFile Flow, AnomalyColumns Columns, AnomalyJudge Judge, UsualValues Usual, SurpriseViews? Views)
{
    /// <summary>Scores count from the usual one: the difference has to fit a Single.</summary>
    private const double MaximumUsual = 1e37;

    private static readonly SealedContent s_frame = new(mark: 0x4E41564E, version: 1, "an anomaly detector of this package"); // "NVAN"

    public void Write(BinaryWriter writer)
    {
        Flow.Write(writer);
        s_frame.Write(writer, WriteContent);
    }

    /// <exception cref="FormatException">The data are not a detector, are damaged, or come from a newer version.</exception>
    public static AnomalyFile Read(BinaryReader reader)
    {
        var flow = FlowFile.Read(reader);
        return s_frame.Read(reader, (content, _) => ReadContent(content, flow));
    }

    private void WriteContent(BinaryWriter writer)
    {
        writer.Write(Columns.Score);
        writer.Write(Columns.PredictedLabel);
        WriteName(writer, Columns.PValue);
        WriteName(writer, Columns.FeatureContributions);
        WriteName(writer, Columns.ExpectedFeatures);
        writer.Write(Columns.ExplainOnlyAnomalies);
        writer.Write((int)Judge.Kind);
        writer.Write(Judge.MeanNegativeLogLikelihood);
        writer.Write(Judge.Threshold);
        writer.Write(Judge.FalsePositiveRate ?? double.NaN);
        NumberLists.Write(writer, Judge.HeldOut.Descending);
        NumberLists.Write(writer, Usual.Values);
        if (Views is not null)
            SurpriseViewsFile.Write(writer, Views);
    }

    private static AnomalyFile ReadContent(BinaryReader reader, FlowFile flow)
    {
        var columns = new AnomalyColumns(reader.ReadString(), reader.ReadString(), ReadName(reader), ReadName(reader), ReadName(reader), reader.ReadBoolean());
        var kind = (AnomalyScore)reader.ReadInt32();
        Ranges.Defined(nameof(AnomalyJudge.Kind), kind);
        double usual = reader.ReadDouble();
        float threshold = reader.ReadSingle();
        double rate = reader.ReadDouble();
        var heldOut = NumberLists.Read(reader);
        var values = NumberLists.Read(reader);
        int dimensions = flow.Model.Shape.Dimensions;
        if (values.Length != dimensions * UsualValues.Default)
            throw new InvalidDataException($"it has {values.Length} usual values of {dimensions} features");
        if (!(Math.Abs(usual) < MaximumUsual) || float.IsNaN(threshold) || !(double.IsNaN(rate) || rate is > 0 and < 1) || heldOut.Any(float.IsNaN) || !values.All(float.IsFinite))
            throw new InvalidDataException("a score, a rate or a usual value is no number that it can be");
        var views = kind == AnomalyScore.Surprise ? SurpriseViewsFile.Read(reader, dimensions) : null;
        FlowColumns.CheckNames(columns.Score, columns.PredictedLabel, columns.PValue, columns.FeatureContributions, columns.ExpectedFeatures);
        return new AnomalyFile(
            flow, columns, new AnomalyJudge(kind, usual, new HeldOutScores(heldOut), threshold, double.IsNaN(rate) ? null : rate), new UsualValues(dimensions, values), views);
    }

    private static void WriteName(BinaryWriter writer, string? name) => writer.Write(name ?? "");

    private static string? ReadName(BinaryReader reader) => reader.ReadString() is { Length: > 0 } name ? name : null;
}
