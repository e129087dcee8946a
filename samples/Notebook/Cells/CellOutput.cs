using Microsoft.ML.NormalizingFlows.Plots;

namespace NotebookSample.Cells;

/// <summary>What a cell showed.</summary>
internal abstract record CellOutput;

/// <summary>A line of text.</summary>
internal sealed record TextOutput(string Text) : CellOutput;

/// <summary>A table; numbers stand on the right.</summary>
internal sealed record TableOutput(IReadOnlyList<string> Header, IReadOnlyList<bool> IsNumber, IReadOnlyList<IReadOnlyList<string>> Rows) : CellOutput;

/// <summary>A picture.</summary>
internal sealed record PictureOutput(PlotGrid Plots) : CellOutput;
