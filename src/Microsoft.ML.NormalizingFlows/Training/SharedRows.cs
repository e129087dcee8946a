namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The rows of a source that the processes of a group read together: each reads stripes of its own and steps over the others, and what it read goes
/// to all, so that every process has the rows of the whole in their order, as one that reads alone. All processes open it, and read from it, at the same
/// points of their programs.
/// </summary>
/// <param name="source">The rows; the same in all processes.</param>
/// <param name="group">The processes.</param>
/// <param name="stripeRows">Rows of a stripe.</param>
internal sealed class SharedRows(IRowSource source, TrainingGroup group, int stripeRows) : IRowSource
{
    /// <summary>Rows of a stripe, at most: a group of rows of a Parquet file is read as a whole, and should be one process's.</summary>
    private const int MaximumRows = 1 << 16;

    /// <summary>Values of a stripe, at most, where rows are long.</summary>
    private const int MaximumValues = 1 << 22;

    public int Dimensions => source.Dimensions;

    public int Context => source.Context;

    /// <summary>What the processes of a group read together; the source itself for one process alone.</summary>
    public static IRowSource Of(IRowSource source, TrainingGroup? group) =>
        group is null or { Size: 1 } ? source : new SharedRows(source, group, Math.Clamp(MaximumValues / source.Dimensions, 1, MaximumRows));

    public string SlotName(int slot) => source.SlotName(slot);

    public double Origin(int slot) => source.Origin(slot);

    public IRowReader Open() => new Reader(source.Open(), source.Dimensions, group, stripeRows);

    private sealed class Reader(IRowReader inner, int dimensions, TrainingGroup group, int stripeRows) : IRowReader
    {
        // What this process read, and what the process whose turn it is did.
        private readonly float[] _own = new float[stripeRows * dimensions], _stripe = new float[stripeRows * dimensions];
        private readonly float[] _room = new float[dimensions];
        private int _ownRows, _rows, _next;
        private int _turn = group.Size - 1;
        private bool _isLast;

        public bool Read(Span<float> row)
        {
            while (_next == _rows && !_isLast)
                NextStripe();
            if (_next == _rows)
                return false;
            _stripe.AsSpan(_next++ * dimensions, dimensions).CopyTo(row);
            return true;
        }

        public void Dispose() => inner.Dispose();

        private void NextStripe()
        {
            _turn = (_turn + 1) % group.Size;
            if (_turn == 0)
                ReadOwn();
            bool isOwn = _turn == group.Rank;
            _rows = (int)group.Sum(isOwn ? _ownRows : 0);
            var values = _stripe.AsSpan(0, _rows * dimensions);
            if (isOwn)
                _own.AsSpan(0, values.Length).CopyTo(values);
            else
                values.Clear();
            group.Sum(values);
            (_next, _isLast) = (0, _rows < stripeRows);
        }

        // All processes at the same time, each its stripe of as many as there are processes.
        private void ReadOwn()
        {
            _ownRows = 0;
            for (long place = 0, first = (long)group.Rank * stripeRows; place < (long)group.Size * stripeRows; place++)
            {
                bool isOwn = place >= first && place < first + stripeRows;
                if (!(isOwn ? inner.Read(_own.AsSpan(_ownRows * dimensions, dimensions)) : inner.Skip(_room)))
                    break;
                if (isOwn)
                    _ownRows++;
            }
        }
    }
}
