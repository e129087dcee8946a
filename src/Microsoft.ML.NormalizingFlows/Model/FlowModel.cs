namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// A trained density at rest, in plain .NET types: one flow, or an ensemble whose mean density it is. This is what a model
/// file holds and what training returns; an <see cref="IFlowEvaluator"/> brings it to life.
/// </summary>
/// <param name="Members">One flow or more, over the same features.</param>
/// <param name="Report">How training went.</param>
internal sealed record FlowModel(IReadOnlyList<FlowMember> Members, TrainingReport Report)
{
    /// <summary>A model of one flow.</summary>
    public FlowModel(FlowSpec spec, IReadOnlyList<NamedArray> arrays, TrainingReport report)
        : this([new FlowMember(spec, arrays)], report)
    {
    }

    /// <summary>
    /// The shape of the whole. The member is a latent of its own, drawn evenly: an ensemble has the states of all its members,
    /// one after the other.
    /// </summary>
    public FlowShape Shape => Ensemble.Shape(Members.Select(member => member.Spec.Shape));
}

/// <summary>One flow at rest.</summary>
/// <param name="Spec">What it is.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record FlowMember(FlowSpec Spec, IReadOnlyList<NamedArray> Arrays);
