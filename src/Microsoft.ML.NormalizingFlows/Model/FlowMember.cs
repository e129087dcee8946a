namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>One flow at rest.</summary>
/// <param name="Architecture">Its shape.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record FlowMember(FlowArchitecture Architecture, IReadOnlyList<NamedArray> Arrays);
