namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>One flow at rest.</summary>
/// <param name="Spec">What it is.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record FlowMember(FlowSpec Spec, IReadOnlyList<NamedArray> Arrays);
