using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>The views of a detector in its file: local states, a forest, what makes them comparable, relations and Gaussians. What is read is checked.</summary>
internal static class SurpriseViewsFile
{
    /// <summary>Radii are logarithms of distances.</summary>
    private const float MaximumRadius = 100;

    /// <summary>Of a relation: standardised values times it fit a Double, squared and added up.</summary>
    private const double MaximumWeight = 1e9;

    public static void Write(BinaryWriter writer, SurpriseViews views)
    {
        writer.Write(views.Local.Neighbours);
        writer.Write(views.Local.HasRatio);
        NumberLists.Write(writer, views.Local.Shift);
        NumberLists.Write(writer, views.Local.Scale);
        NumberLists.Write(writer, views.Local.Radii);
        NumberLists.Write(writer, views.Local.ByFeature.ToArray());
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

    /// <exception cref="InvalidDataException">They are none of a table of so many features.</exception>
    public static SurpriseViews Read(BinaryReader reader, int dimensions)
    {
        int neighbours = reader.ReadInt32();
        bool hasRatio = reader.ReadBoolean();
        float[] shift = NumberLists.Read(reader), scale = NumberLists.Read(reader), radii = NumberLists.Read(reader), prototypes = NumberLists.Read(reader);
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

    private static void WriteRelations(BinaryWriter writer, LinearRelations? relations)
    {
        writer.Write(relations?.Residuals.Count ?? 0);
        if (relations is null)
            return;
        foreach (var residual in relations.Residuals)
        {
            writer.Write(residual.Weights.Length);
            NumberLists.WriteAll(writer, residual.Weights);
            writer.Write(residual.Mean);
        }
        WriteScale(writer, relations.Scale);
    }

    private static void WriteGaussians(BinaryWriter writer, GaussianView? gaussians)
    {
        writer.Write(gaussians?.Mixture.Components.Count ?? 0);
        if (gaussians is null)
            return;
        NumberLists.WriteAll(writer, gaussians.Mixture.LogWeights);
        foreach (var component in gaussians.Mixture.Components)
        {
            NumberLists.WriteAll(writer, component.Mean);
            foreach (double[] row in component.Factor)
                NumberLists.WriteAll(writer, row);
        }
        WriteScale(writer, gaussians.Scale);
    }

    private static void WriteScale(BinaryWriter writer, SurpriseScale scale)
    {
        NumberLists.Write(writer, scale.Values);
        writer.Write(scale.Excess);
    }

    private static SurpriseScale ReadScale(BinaryReader reader)
    {
        var quantiles = NumberLists.Read(reader);
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
            double[] weights = NumberLists.ReadAll(reader, length);
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
        double[] logWeights = NumberLists.ReadAll(reader, count);
        var components = new ShrunkGaussian[count];
        foreach (ref var component in components.AsSpan())
        {
            double[] mean = NumberLists.ReadAll(reader, dimensions);
            double[][] factor = [.. Enumerable.Range(1, dimensions).Select(length => NumberLists.ReadAll(reader, length))];
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
}
