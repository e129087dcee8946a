using System.Runtime.CompilerServices;
using Microsoft.Data.Analysis;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Plots;
using Samples.Shared.Terminal;

namespace NotebookSample.Cells;

/// <summary>A program whose cells show something: it goes to the terminal, and is kept for the cell that the call stands in.</summary>
internal abstract class NotebookProgram
{
    private readonly List<(int Line, CellOutput Output)> _shown = [];
    private ProgressLine? _progress;

    /// <summary>Runs the cells, in order.</summary>
    public abstract void Run();

    /// <summary>What a cell showed, in order.</summary>
    public IReadOnlyList<CellOutput> Outputs(Cell cell) =>
        [.. from shown in _shown where shown.Line >= cell.FirstLine && shown.Line <= cell.LastLine select shown.Output];

    protected void Show(string text, [CallerLineNumber] int line = 0)
    {
        Keep(new TextOutput(text), line);
        Console.WriteLine(text);
    }

    protected void Show(DataFrame frame, [CallerLineNumber] int line = 0)
    {
        TableOutput table = FrameTable.Of(frame);
        Keep(table, line);
        var text = new TextTable([.. table.Header]);
        foreach (var row in table.Rows)
            text.Add([.. row]);
        text.Print();
    }

    protected void Show(PlotGrid plots, [CallerLineNumber] int line = 0)
    {
        Keep(new PictureOutput(plots), line);
        Console.WriteLine($"(picture: {plots.Title})");
    }

    /// <summary>A line in the terminal that says how far a training is, until something else is shown.</summary>
    protected IProgress<TrainingProgress> Progress(string title)
    {
        EndProgress();
        return _progress = new ProgressLine(title);
    }

    private void Keep(CellOutput output, int line)
    {
        EndProgress();
        _shown.Add((line, output));
    }

    private void EndProgress()
    {
        _progress?.Done("done");
        _progress = null;
    }
}
