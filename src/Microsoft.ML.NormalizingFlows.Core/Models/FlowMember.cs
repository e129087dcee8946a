using Microsoft.ML.NormalizingFlows.Flows;

namespace Microsoft.ML.NormalizingFlows.Models;

/// <summary>One flow at rest.</summary>
/// <param name="Architecture">Its shape.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record FlowMember(FlowArchitecture Architecture, IReadOnlyList<NamedArray> Arrays);
