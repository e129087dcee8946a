using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// Reads a batch of rows from the source, with every active column, and hands them out one by one; the model sees the batch in
/// one call, made when the first of its values is asked for.
/// </summary>
internal sealed class ScoringCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly ScoringPlan _plan;
    private readonly bool[] _active;
    private readonly ScoredBatch _scored;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly ColumnBuffer?[] _buffers;
    private readonly bool _oneByOne;
    private DataViewRowId[] _ids = [];
    private long[] _batches = [];
    private long _position = -1;
    private int _size, _count, _current = -1;
    private bool _sourceEnded, _ended;

    public ScoringCursor(DataViewRowCursor source, ScoringPlan plan, bool[] active)
    {
        _source = source;
        _plan = plan;
        _active = active;
        _scored = plan.CreateBatch(source, active);
        _readId = source.GetIdGetter();
        var passed = plan.Input.Where(column => active[column.Index]).ToList();
        // With a column that cannot be kept the source must stand on the row that is handed out.
        _oneByOne = !passed.All(ColumnBuffer.CanKeep);
        _buffers = new ColumnBuffer?[plan.Input.Count];
        if (!_oneByOne)
            passed.ForEach(column => _buffers[column.Index] = ColumnBuffer.Create(source, source.Schema[column.Index]));
    }

    public override DataViewSchema Schema => _plan.Output;

    public override long Position => _position;

    public override long Batch => _current < 0 ? 0 : _batches[_current];

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (++_current >= _count && !ReadBatch())
        {
            End();
            return false;
        }
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.IsActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Current()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.ThrowIfInactive(column);
        if (column.Index >= _plan.Input.Count)
            return Getters.As<TValue>(_scored.Getter(column.Index - _plan.Input.Count, Current), column.Name, column.Type);
        if (_buffers[column.Index] is not { } buffer)
            return _source.GetGetter<TValue>(_source.Schema[column.Index]);
        return Getters.As<TValue>(buffer.Getter(Current), column.Name, column.Type);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            _source.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool ReadBatch()
    {
        Grow();
        _scored.Clear(_size);
        _current = _count = 0;
        while (_count < _size && !_sourceEnded)
        {
            if (!_source.MoveNext())
            {
                _sourceEnded = true;
                break;
            }
            _scored.Add();
            _readId(ref _ids[_count]);
            _batches[_count] = _source.Batch;
            foreach (var buffer in _buffers)
                buffer?.Read(_count);
            _count++;
        }
        return _count > 0;
    }

    private void Grow()
    {
        int size = _oneByOne ? 1 : _size == 0 ? BatchSizes.First : BatchSizes.Next(_size, _plan.Width);
        if (size == _size)
            return;
        _size = size;
        _ids = new DataViewRowId[size];
        _batches = new long[size];
        foreach (var buffer in _buffers)
            buffer?.Resize(size);
    }

    private void End()
    {
        _ended = true;
        _current = -1;
        _position = -1;
    }

    private int Current() => _current >= 0 ? _current : throw Getters.NoCurrentRow();
}
