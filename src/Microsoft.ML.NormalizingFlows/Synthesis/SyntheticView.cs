using System.Globalization;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Conditions;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>
/// Synthetic rows, drawn in blocks while they are read, of which no more than one is kept; each block has a seed of its own, so that every pass gives the
/// same.
/// </summary>
internal sealed class SyntheticView : DrawnView
{
    public const int BlockRows = 1_024;

    /// <summary>How often rows with combinations of values that no row had are drawn anew.</summary>
    private const int MaximumAttempts = 1_000;

    /// <summary>Of rows that are independent; below, a user is told.</summary>
    private const double SafeShare = 0.5;

    private readonly TableCodec _codec;
    private readonly Condition _condition;
    private readonly ParticleDraw _draw;
    private readonly ulong _seed;
    private readonly Func<SamplingWatch> _watch;
    private readonly Action<string> _warn;

    /// <param name="codec">Makes rows of cells.</param>
    /// <param name="evaluator">Draws cells.</param>
    /// <param name="condition">What rows have in common.</param>
    /// <param name="rows">How many.</param>
    /// <param name="seed">Of all.</param>
    /// <param name="watch">Follows a pass.</param>
    /// <param name="warn">Is told, once a pass, where rows repeat.</param>
    public SyntheticView(TableCodec codec, ICellEvaluator evaluator, Condition condition, long rows, ulong seed, Func<SamplingWatch> watch, Action<string> warn)
        : base(SchemaOf(codec), rows)
    {
        (_codec, _condition, _seed, _watch, _warn) = (codec, condition, seed, watch, warn);
        _draw = new ParticleDraw(evaluator, condition.Weights);
    }

    protected override DrawnRowCursor CreateCursor(bool[] active) => new Cursor(this, active);

    private static DataViewSchema SchemaOf(TableCodec codec)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in codec.Columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    private sealed class Cursor(SyntheticView view, bool[] active) : DrawnRowCursor(view.Schema, active, view.Rows, BlockRows)
    {
        private readonly int _columns = view._codec.Columns.Count;
        private readonly CellRows _cells = new(view._codec.Width, view._codec.Columns.Count);
        private readonly double[] _values = new double[BlockRows * view._codec.Columns.Count];
        private readonly SamplingWatch _watch = view._watch();
        private bool _hasWarned;

        protected override Delegate Getter(int column) => view._codec.Columns[column].Getter(() => _values[RowInBlock() * _columns + column]);

        protected override void Draw(long block, int count)
        {
            _watch.Start();
            _cells.Clear();
            for (int row = 0; row < count; row++)
                _cells.Add(view._condition.Cells, view._condition.Values);
            double independent = view._draw.Complete(_cells, RandomStream.Derive(view._seed, "block", (ulong)block));
            if (independent < SafeShare * count)
                Warn(independent, count);
            long first = block * BlockRows;
            for (int row = 0; row < count; row++)
                Take(row, row, first);
            DrawAnew([.. Enumerable.Range(0, count).Where(row => !view._codec.IsPossible(Values(row)))], block, first);
            _watch.Report(first + count);
        }

        private Span<double> Values(int row) => _values.AsSpan(row * _columns, _columns);

        private void Take(int drawn, int row, long first)
        {
            _cells.Values(drawn).CopyTo(Values(row));
            view._codec.NumberKeys(first + row, Values(row));
        }

        private void DrawAnew(List<int> rows, long block, long first)
        {
            for (int attempt = 1; rows.Count > 0; attempt++)
            {
                if (attempt > MaximumAttempts)
                    throw new InvalidOperationException($"No combination of values that some training row had was drawn in {MaximumAttempts} attempts for {rows.Count} rows: give less, or drop a set of {nameof(SynthesizerOptions.Combinations)}.");
                _cells.Clear();
                foreach (int _ in rows)
                    _cells.Add(view._condition.Cells, view._condition.Values);
                view._draw.Complete(_cells, RandomStream.Derive(RandomStream.Derive(view._seed, "block", (ulong)block), "anew", (ulong)attempt));
                for (int i = 0; i < rows.Count; i++)
                    Take(i, rows[i], first);
                rows.RemoveAll(row => view._codec.IsPossible(Values(row)));
            }
        }

        private void Warn(double independent, int count)
        {
            if (_hasWarned)
                return;
            _hasWarned = true;
            view._warn(string.Create(
                CultureInfo.InvariantCulture,
                $"What is given is so rare that rows repeat: {count:N0} rows are worth about {independent:N0} different ones. Give less, such as a range in place of a value, or draw fewer rows."));
        }
    }
}
