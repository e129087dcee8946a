using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Tabular.Cells;

/// <summary>A trained cell network at rest.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record CellModel(CellShape Shape, IReadOnlyList<NamedArray> Arrays);
