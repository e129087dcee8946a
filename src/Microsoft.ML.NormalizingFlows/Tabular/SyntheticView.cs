using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Pipeline;
using Microsoft.ML.NormalizingFlows.Tabular.Cells;

namespace Microsoft.ML.NormalizingFlows.Tabular;

/// <summary>Synthetic rows, drawn in blocks while they are read; each block has a seed of its own, so that every pass gives the same.</summary>
internal sealed class SyntheticView : IDataView
{
    public const int BlockRows = 1_024;

    private readonly TableCodec _codec;
    private readonly ICellEvaluator _evaluator;
    private readonly long _rows;
    private readonly ulong _seed;

    public SyntheticView(TableCodec codec, ICellEvaluator evaluator, long rows, ulong seed)
    {
        (_codec, _evaluator, _rows, _seed) = (codec, evaluator, rows, seed);
        var builder = new DataViewSchema.Builder();
        foreach (var column in codec.Columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        return new Cursor(this, [.. Schema.Select(column => needed.Contains(column.Index))]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(SyntheticView view, bool[] active) : DrawnRowCursor(view.Schema, active, view._rows, BlockRows)
    {
        private readonly int _columns = view._codec.Columns.Count;
        private readonly double[] _values = new double[BlockRows * view._codec.Columns.Count];

        protected override Delegate Getter(int column) => view._codec.Columns[column].Getter(() => _values[RowInBlock() * _columns + column]);

        protected override void Draw(long block, int count)
        {
            var rows = new CellRows(view._codec.Shape.Digits);
            for (int row = 0; row < count; row++)
                rows.Add().Fill(CellShape.Unknown);
            view._evaluator.Complete(rows, default, RandomStream.Derive(view._seed, "block", (ulong)block));
            var random = RandomStream.For(view._seed, "values", (ulong)block);
            for (int row = 0; row < count; row++)
                view._codec.Decode(rows[row], block * BlockRows + row, random, _values.AsSpan(row * _columns, _columns));
        }
    }
}
