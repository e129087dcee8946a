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
    private readonly Part[] _parts;
    private readonly ulong _seed;
    private readonly Func<SamplingWatch> _watch;
    private readonly Action<string> _warn;

    /// <param name="codec">Makes rows of cells.</param>
    /// <param name="evaluator">Draws cells.</param>
    /// <param name="parts">What rows have in common, and how many there are of them.</param>
    /// <param name="seed">Of all.</param>
    /// <param name="watch">Follows a pass.</param>
    /// <param name="warn">Is told, once a pass, where rows repeat.</param>
    public SyntheticView(TableCodec codec, ICellEvaluator evaluator, IEnumerable<(Condition Condition, long Rows)> parts, ulong seed, Func<SamplingWatch> watch, Action<string> warn)
        : base(SchemaOf(codec), parts.Sum(part => part.Rows))
    {
        (_codec, _seed, _watch, _warn) = (codec, seed, watch, warn);
        long first = 0;
        _parts = [.. parts.Select((part, i) => new Part(i, part.Condition, new ParticleDraw(evaluator, part.Condition.Weights), first, first += part.Rows))];
    }

    protected override DrawnRowCursor CreateCursor(bool[] active) => new Cursor(this, active);

    private static DataViewSchema SchemaOf(TableCodec codec)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in codec.Columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>Rows with a condition in common.</summary>
    /// <param name="Number">From 0.</param>
    /// <param name="Condition">It.</param>
    /// <param name="Draw">Draws them.</param>
    /// <param name="First">The number of their first row.</param>
    /// <param name="End">That behind the last one.</param>
    private sealed record Part(int Number, Condition Condition, ParticleDraw Draw, long First, long End);

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
            long first = block * BlockRows, end = first + count;
            foreach (var part in view._parts)
            {
                int start = (int)(Math.Max(part.First, first) - first), stop = (int)(Math.Min(part.End, end) - first);
                if (start < stop)
                    Draw(part, RandomStream.Derive(RandomStream.Derive(view._seed, "part", (ulong)part.Number), "block", (ulong)block), first, [.. Enumerable.Range(start, stop - start)]);
            }
            _watch.Report(end);
        }

        private Span<double> Values(int row) => _values.AsSpan(row * _columns, _columns);

        // Rows of a block; those with combinations that no row had are drawn anew.
        private void Draw(Part part, ulong seed, long first, List<int> rows)
        {
            for (int attempt = 0; rows.Count > 0; attempt++)
            {
                if (attempt > MaximumAttempts)
                    throw new InvalidOperationException($"No combination of values that some training row had was drawn in {MaximumAttempts} attempts for {rows.Count} rows: give less, or drop a set of {nameof(SynthesizerOptions.Combinations)}.");
                _cells.Clear();
                foreach (int _ in rows)
                    _cells.Add(part.Condition.Cells, part.Condition.Values);
                double independent = part.Draw.Complete(_cells, attempt == 0 ? seed : RandomStream.Derive(seed, "anew", (ulong)attempt));
                if (attempt == 0 && independent < SafeShare * rows.Count)
                    Warn(independent, rows.Count);
                for (int i = 0; i < rows.Count; i++)
                {
                    _cells.Values(i).CopyTo(Values(rows[i]));
                    view._codec.NumberKeys(first + rows[i], Values(rows[i]));
                }
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
