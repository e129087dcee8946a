using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>The cells of training rows, column by column, as trees are grown from them.</summary>
internal sealed class TrainingCells
{
    private readonly IReadOnlyList<ColumnCode> _codes;
    private readonly int[][] _cells, _places;
    private readonly int[] _all;

    /// <param name="codes">The columns.</param>
    /// <param name="rows">All of them.</param>
    /// <param name="options">Threads.</param>
    public TrainingCells(IReadOnlyList<ColumnCode> codes, CellRows rows, ParallelOptions options)
    {
        int width = codes.Count;
        (_codes, _cells, _places, Counts, Scales) = (codes, new int[width][], new int[width][], new int[width][], new CellScale[width]);
        _all = [.. Enumerable.Range(0, rows.Count)];
        Parallel.For(0, width, options, place =>
        {
            (_cells[place], Counts[place]) = (Array.ConvertAll(_all, row => rows[row][place]), new int[codes[place].Marginal.Count]);
            foreach (int cell in _cells[place])
                Counts[place][cell]++;
            Scales[place] = new CellScale(codes[place].Marginal, !codes[place].Column.IsNumber, Counts[place]);
            _places[place] = Array.ConvertAll(_cells[place], cell => Scales[place].Places[cell]);
        });
    }

    public int Rows => _all.Length;

    /// <summary>The cell of each row.</summary>
    public int[] this[int place] => _cells[place];

    /// <summary>Rows of each cell.</summary>
    public int[][] Counts { get; }

    public CellScale[] Scales { get; }

    /// <summary>The rows that tell of a column: where it departs from others, those alone of which that says nothing.</summary>
    public int[] Telling(int place) => place == 0 || _codes[place - 1].Relation is null
        ? _all
        : Array.FindAll(_all, row => _codes[place - 1].IsFree(_cells[place - 1][row]));

    /// <summary>Grows a tree of a column on those before it.</summary>
    public CellTree Grow(int place, int[] rows, int minimumLeaf) =>
        new TreeGrowth(_places[..place], Scales[..place], Scales[place], _cells[place], minimumLeaf).Run(rows);
}
