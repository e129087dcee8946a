using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>A trained cell network at rest.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record CellModel(CellShape Shape, IReadOnlyList<NamedArray> Arrays);
