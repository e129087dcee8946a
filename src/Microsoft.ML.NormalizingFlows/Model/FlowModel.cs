namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// A trained density at rest, in plain .NET types: one flow, or an ensemble whose mean density it is. This is what a model
/// file holds and what training returns; an <see cref="IFlowEvaluator"/> brings it to life.
/// </summary>
/// <param name="Members">One flow or more, over the same features; of several, the best one first.</param>
/// <param name="Report">How training went.</param>
internal sealed record FlowModel(IReadOnlyList<FlowMember> Members, TrainingReport Report)
{
    /// <summary>A model of one flow.</summary>
    public FlowModel(FlowSpec spec, IReadOnlyList<NamedArray> arrays, TrainingReport report)
        : this([new FlowMember(spec, arrays)], report)
    {
    }

    /// <summary>
    /// The shape of the first flow, whose latent is that of the model: the states of one flow have nothing in common with those of another.
    /// </summary>
    public FlowShape Shape => Members[0].Spec.Shape;
}
