namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// A trained density at rest, in plain .NET types: one flow, or an ensemble whose mean density it is. This is what a model
/// file holds and what training returns; an <see cref="IFlowEvaluator"/> brings it to life.
/// </summary>
/// <param name="Members">One flow or more, over the same features; of several, the best one first, and a mixture of Gaussians, where there is one, last.</param>
/// <param name="Report">How training went.</param>
internal sealed record FlowModel(IReadOnlyList<FlowMember> Members, TrainingReport Report)
{
    /// <summary>A model of one flow.</summary>
    public FlowModel(FlowSpec spec, IReadOnlyList<NamedArray> arrays, TrainingReport report)
        : this([new FlowMember(spec, arrays)], report)
    {
    }

    /// <summary>The features that had one value in all training rows.</summary>
    public IReadOnlyList<ConstantFeature> Constants { get; init; } = [];

    /// <summary>The share of each member in the density; together 1.</summary>
    public IReadOnlyList<double> Shares => [.. Members.Select(member => member.Weight / Members.Sum(other => other.Weight))];

    /// <summary>The members that are flows.</summary>
    public IReadOnlyList<FlowMember> Flows => [.. Members.Where(member => !member.IsMixture)];

    /// <summary>Moves values that constant features never had away from them, in a row that is to be scored.</summary>
    public void MarkConstants(Span<float> row)
    {
        foreach (var constant in Constants)
            constant.Mark(row);
    }

    /// <summary>
    /// The shape of the first flow, whose latent is that of the model: the states of one flow have nothing in common with those of another.
    /// </summary>
    public FlowShape Shape => Members[0].Spec.Shape;
}

/// <summary>One flow at rest.</summary>
/// <param name="Spec">What it is.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record FlowMember(FlowSpec Spec, IReadOnlyList<NamedArray> Arrays)
{
    /// <summary>What its density counts in the mean of all, above 0; each flow counts 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether it is a mixture of Gaussians and maps nothing.</summary>
    public bool IsMixture => Spec.Latent is MixtureLatentSpec && !Spec.Layers.Any(layer => layer is NetworkLayerSpec);
}
