using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// A table in random order: each row is drawn from a pool of the next <c>poolRows</c> rows, and the source is shuffled
/// too where that is wanted and possible. The same seed gives the order of the real package.
/// </summary>
internal sealed class ShuffledDataView : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly int _poolRows;
    private readonly bool _shuffleSource;
    private readonly int _seed;

    public ShuffledDataView(IHostEnvironment env, IDataView source, int? seed, int poolRows, bool shuffleSource)
    {
        _host = env.Register("Shuffle");
        _source = source;
        _poolRows = poolRows;
        _shuffleSource = shuffleSource;
        _seed = seed ?? ((TauswortheHybrid)_host.Rand).NextSigned();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var random = rand ?? new TauswortheHybrid((uint)_seed);
        var input = _source.GetRowCursor(columnsNeeded, _shuffleSource ? new TauswortheHybrid(random) : null);
        return _poolRows == 1 ? input : new Cursor(_host, input, _poolRows, random);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly DataViewRowCursor _input;
        private readonly Random _random;
        private readonly ColumnStore[] _stores;
        private readonly ColumnStore _ids;

        // A ring of slots: the rows of the pool, from the current one on.
        private readonly int[] _slots;
        private int _head;
        private int _filled;
        private bool _sourceEnded;

        public Cursor(IHost host, DataViewRowCursor input, int poolRows, Random random)
            : base(host)
        {
            _input = input;
            _random = random;
            _slots = Enumerable.Range(0, poolRows).ToArray();
            _stores = Schema.Select(column => input.IsColumnActive(column) ? ColumnStore.Create(input, column) : null).ToArray();
            _ids = ColumnStore.OfIds(input);
        }

        public override DataViewSchema Schema => _input.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < _stores.Length, nameof(column));
            Ch.CheckParam(_stores[column.Index] is not null, nameof(column), "requested column not active");
            return ActiveColumns.Typed<TValue>(_stores[column.Index].Getter(() => _slots[_head]));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ValueGetter<DataViewRowId>)_ids.Getter(() => _slots[_head]);

        protected override bool MoveNextCore()
        {
            if (Position >= 0)
            {
                _head = (_head + 1) % _slots.Length;
                _filled--;
            }
            for (; _filled < _slots.Length && !_sourceEnded; _filled++)
            {
                _sourceEnded = !_input.MoveNext();
                if (_sourceEnded)
                    break;
                Keep(_slots[(_head + _filled) % _slots.Length]);
            }
            if (_filled == 0)
                return false;
            var drawn = (_head + _random.Next(_filled)) % _slots.Length;
            (_slots[drawn], _slots[_head]) = (_slots[_head], _slots[drawn]);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            _input.Dispose();
            base.Dispose(disposing);
        }

        private void Keep(int slot)
        {
            _ids.Keep(slot);
            foreach (var store in _stores)
                store?.Keep(slot);
        }
    }
}
