using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>All that is saved of a detector: its flow, in the form of a flow that is saved alone, and what makes scores of its densities.</summary>
internal sealed record AnomalyFile(FlowFile Flow, AnomalyColumns Columns, AnomalyJudge Judge, UsualValues Usual, SurpriseViews? Views)
{
    private const int MaximumHeldOut = 1 << 27;

    /// <summary>Scores count from the usual one: the difference has to fit a Single.</summary>
    private const double MaximumUsual = 1e37;

    /// <summary>Radii are logarithms of distances.</summary>
    private const float MaximumRadius = 100;

    /// <summary>Of a relation: standardised values times it fit a Double, squared and added up.</summary>
    private const double MaximumWeight = 1e9;

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
        WriteNumbers(writer, Judge.HeldOut.Descending);
        WriteNumbers(writer, Usual.Values);
        if (Views is not null)
            WriteViews(writer, Views);
    }

    private static void WriteViews(BinaryWriter writer, SurpriseViews views)
    {
        writer.Write(views.Local.Neighbours);
        writer.Write(views.Local.HasRatio);
        WriteNumbers(writer, views.Local.Shift);
        WriteNumbers(writer, views.Local.Scale);
        WriteNumbers(writer, views.Local.Radii);
        WriteNumbers(writer, views.Local.ByFeature.ToArray());
        foreach (var tree in views.Forest?.Nodes ?? [])
        {
            writer.Write(tree.Length);
            foreach (var (feature, value, below) in tree)
            {
                writer.Write(feature);
                writer.Write(value);
                writer.Write(below);
            }
        }
        foreach (var scale in views.Scales)
            WriteScale(writer, scale);
        WriteRelations(writer, views.Relations);
        WriteGaussians(writer, views.Gaussians);
    }

    private static void WriteRelations(BinaryWriter writer, LinearRelations? relations)
    {
        writer.Write(relations?.Residuals.Count ?? 0);
        if (relations is null)
            return;
        foreach (var residual in relations.Residuals)
        {
            writer.Write(residual.Weights.Length);
            WriteDoubles(writer, residual.Weights);
            writer.Write(residual.Mean);
        }
        WriteScale(writer, relations.Scale);
    }

    private static void WriteGaussians(BinaryWriter writer, GaussianView? gaussians)
    {
        writer.Write(gaussians?.Mixture.Components.Count ?? 0);
        if (gaussians is null)
            return;
        WriteDoubles(writer, gaussians.Mixture.LogWeights);
        foreach (var component in gaussians.Mixture.Components)
        {
            WriteDoubles(writer, component.Mean);
            foreach (double[] row in component.Factor)
                WriteDoubles(writer, row);
        }
        WriteScale(writer, gaussians.Scale);
    }

    private static void WriteScale(BinaryWriter writer, SurpriseScale scale)
    {
        WriteNumbers(writer, scale.Values);
        writer.Write(scale.Excess);
    }

    private static SurpriseViews ReadViews(BinaryReader reader, int dimensions)
    {
        int neighbours = reader.ReadInt32();
        bool hasRatio = reader.ReadBoolean();
        float[] shift = ReadNumbers(reader), scale = ReadNumbers(reader), radii = ReadNumbers(reader), prototypes = ReadNumbers(reader);
        if (shift.Length != dimensions || scale.Length != dimensions || radii.Length is < 2 or > LocalStates.MaximumPrototypes
            || prototypes.Length != (long)dimensions * radii.Length || neighbours < 1 || neighbours >= radii.Length)
        {
            throw new InvalidDataException($"it has {prototypes.Length} values of {radii.Length} prototypes of {dimensions} features, and looks at {neighbours}");
        }
        if (!shift.All(float.IsFinite) || !scale.All(value => float.IsFinite(value) && value >= 0) || !radii.All(radius => Math.Abs(radius) < MaximumRadius)
            || !prototypes.All(value => Math.Abs(value) <= LocalStates.Farthest))
            throw new InvalidDataException("a value of a prototype is no number that it can be");
        var local = new LocalStates(shift, scale, prototypes, radii, neighbours, hasRatio);
        var forest = hasRatio ? null : ReadForest(reader, dimensions);
        var scales = new SurpriseScale[1 + local.Views + (hasRatio ? 0 : 1)];
        foreach (ref var view in scales.AsSpan())
            view = ReadScale(reader);
        var relations = ReadRelations(reader, dimensions);
        // Files from before there were any end here.
        var gaussians = reader.BaseStream.Position < reader.BaseStream.Length ? ReadGaussians(reader, dimensions) : null;
        return new SurpriseViews(local, forest, scales, relations, gaussians);
    }

    private static SurpriseScale ReadScale(BinaryReader reader)
    {
        var quantiles = ReadNumbers(reader);
        float excess = reader.ReadSingle();
        if (quantiles.Length != SurpriseScale.Quantiles || !quantiles.All(float.IsFinite) || !quantiles.SequenceEqual(quantiles.Order()) || !(excess >= SurpriseScale.MinimumExcess(quantiles[^1]) / 2) || !float.IsFinite(excess))
            throw new InvalidDataException("the scale of a view does not rise");
        return new SurpriseScale(quantiles, excess);
    }

    private static LinearRelations? ReadRelations(BinaryReader reader, int dimensions)
    {
        int count = reader.ReadInt32();
        if (count < 0 || count >= dimensions)
            throw new InvalidDataException($"it claims {count} relations of {dimensions} features");
        if (count == 0)
            return null;
        var residuals = new LinearResidual[count];
        foreach (ref var residual in residuals.AsSpan())
        {
            int length = reader.ReadInt32();
            if (length < 2 || length > dimensions)
                throw new InvalidDataException($"a relation claims {length} of {dimensions} features");
            double[] weights = ReadDoubles(reader, length);
            residual = new LinearResidual(weights, reader.ReadDouble());
            if (!weights.Append(residual.Mean).All(weight => Math.Abs(weight) < MaximumWeight))
                throw new InvalidDataException("a weight of a relation is no number that it can be");
        }
        return new LinearRelations(residuals, ReadScale(reader));
    }

    private static GaussianView? ReadGaussians(BinaryReader reader, int dimensions)
    {
        int count = reader.ReadInt32();
        if (count is < 0 or > GaussianView.MaximumGaussians + 1 || (count > 0 && dimensions > GaussianView.MaximumDimensions))
            throw new InvalidDataException($"it claims {count} Gaussians of {dimensions} features");
        if (count == 0)
            return null;
        double[] logWeights = ReadDoubles(reader, count);
        var components = new ShrunkGaussian[count];
        foreach (ref var component in components.AsSpan())
        {
            double[] mean = ReadDoubles(reader, dimensions);
            double[][] factor = [.. Enumerable.Range(1, dimensions).Select(length => ReadDoubles(reader, length))];
            if (!mean.Concat(factor.SelectMany(row => row)).All(value => Math.Abs(value) <= LocalStates.Farthest) || factor.Any(row => row[^1] < GaussianView.Narrowest))
                throw new InvalidDataException("a Gaussian is none that it can be");
            component = ShrunkGaussian.WithFactor(mean, factor);
        }
        if (!logWeights.All(weight => weight is > -MaximumWeight and <= 0))
            throw new InvalidDataException("the weight of a Gaussian is no number that it can be");
        return new GaussianView(new ShrunkMixture(logWeights, components), ReadScale(reader));
    }

    private static IsolationForest ReadForest(BinaryReader reader, int dimensions)
    {
        var trees = new IsolationForest.Node[IsolationForest.Trees][];
        foreach (ref var tree in trees.AsSpan())
        {
            int count = reader.ReadInt32();
            if (count is < 1 or > IsolationForest.MaximumNodes)
                throw new InvalidDataException($"a tree claims {count} nodes");
            tree = new IsolationForest.Node[count];
            for (int place = 0; place < count; place++)
            {
                var node = tree[place] = new IsolationForest.Node(reader.ReadInt32(), reader.ReadSingle(), reader.ReadInt32());
                // A path leads on, so that it ends.
                bool isCut = node.Feature >= 0 && node.Feature < dimensions && node.Below > place && node.Below < count - 1;
                if (!float.IsFinite(node.Value) || !(isCut || (node.Feature == IsolationForest.Leaf && node.Value is >= 0 and <= IsolationForest.MaximumNodes)))
                    throw new InvalidDataException("a node of a tree is none that it can be");
            }
        }
        return new IsolationForest(trees);
    }

    private static AnomalyFile ReadContent(BinaryReader reader, FlowFile flow)
    {
        var columns = new AnomalyColumns(reader.ReadString(), reader.ReadString(), ReadName(reader), ReadName(reader), ReadName(reader), reader.ReadBoolean());
        var kind = (AnomalyScore)reader.ReadInt32();
        Ranges.Defined(nameof(AnomalyJudge.Kind), kind);
        double usual = reader.ReadDouble();
        float threshold = reader.ReadSingle();
        double rate = reader.ReadDouble();
        var heldOut = ReadNumbers(reader);
        var values = ReadNumbers(reader);
        int dimensions = flow.Model.Shape.Dimensions;
        if (values.Length != dimensions * UsualValues.Default)
            throw new InvalidDataException($"it has {values.Length} usual values of {dimensions} features");
        if (!(Math.Abs(usual) < MaximumUsual) || float.IsNaN(threshold) || !(double.IsNaN(rate) || rate is > 0 and < 1) || heldOut.Any(float.IsNaN) || !values.All(float.IsFinite))
            throw new InvalidDataException("a score, a rate or a usual value is no number that it can be");
        var views = kind == AnomalyScore.Surprise ? ReadViews(reader, dimensions) : null;
        FlowColumns.CheckNames(columns.Score, columns.PredictedLabel, columns.PValue, columns.FeatureContributions, columns.ExpectedFeatures);
        return new AnomalyFile(
            flow, columns, new AnomalyJudge(kind, usual, new HeldOutScores(heldOut), threshold, double.IsNaN(rate) ? null : rate), new UsualValues(dimensions, values), views);
    }

    private static void WriteName(BinaryWriter writer, string? name) => writer.Write(name ?? "");

    private static string? ReadName(BinaryReader reader) => reader.ReadString() is { Length: > 0 } name ? name : null;

    private static void WriteNumbers(BinaryWriter writer, IReadOnlyList<float> numbers)
    {
        writer.Write(numbers.Count);
        foreach (float number in numbers)
            writer.Write(number);
    }

    private static void WriteDoubles(BinaryWriter writer, IReadOnlyList<double> numbers)
    {
        foreach (double number in numbers)
            writer.Write(number);
    }

    private static double[] ReadDoubles(BinaryReader reader, int count)
    {
        var numbers = new double[count];
        foreach (ref double number in numbers.AsSpan())
            number = reader.ReadDouble();
        return numbers;
    }

    private static float[] ReadNumbers(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 1 or > MaximumHeldOut || count > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float))
            throw new InvalidDataException($"it claims {count} numbers");
        var numbers = new float[count];
        foreach (ref float number in numbers.AsSpan())
            number = reader.ReadSingle();
        return numbers;
    }
}
