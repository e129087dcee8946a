using Microsoft.ML.NormalizingFlows.Flows;

namespace Microsoft.ML.NormalizingFlows.Models;

/// <summary>
/// A trained flow at rest: architecture, arrays and training report, in plain .NET types. This is what a model file
/// holds and what training returns; an <see cref="IFlowEvaluator"/> brings it to life.
/// </summary>
internal sealed record FlowModel(FlowArchitecture Architecture, IReadOnlyList<NamedArray> Arrays, TrainingReport Report);
