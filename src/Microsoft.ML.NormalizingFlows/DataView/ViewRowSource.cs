using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// The feature column of an <see cref="IDataView"/> and, behind it, its context column if there is one, as training rows: differences from an origin
/// (<see cref="FeatureOrigin"/>). Nothing else of the view is read.
/// </summary>
internal sealed class ViewRowSource : IRowSource
{
    private readonly IDataView _view;
    private readonly RowColumn _features;
    private readonly RowColumn? _context;

    public ViewRowSource(IDataView view, RowColumn features, RowColumn? context)
    {
        _view = view;
        (_features, _context) = (features, context);
        Context = context?.Size ?? 0;
        Dimensions = features.Size + Context;
    }

    public ViewRowSource(IDataView view, DataViewSchema.Column feature, FeatureOrigin origin)
        : this(view, new RowColumn(feature, origin), null)
    {
    }

    public int Dimensions { get; }

    public int Context { get; }

    public string SlotName(int slot)
    {
        var (part, own) = Part(slot);
        return part.SlotName(own);
    }

    public double Origin(int slot)
    {
        var (part, own) = Part(slot);
        return part.Origin.Values[own];
    }

    public IRowReader Open() => new Reader(this);

    private (RowColumn Part, int Slot) Part(int slot) => slot < _features.Size ? (_features, slot) : (_context!, slot - _features.Size);

    private DataViewRowCursor Cursor() => _view.GetRowCursor(_context is null ? [_features.Column] : [_features.Column, _context.Column]);

    private sealed class Reader : IRowReader
    {
        private readonly ViewRowSource _owner;
        private readonly DataViewRowCursor _cursor;
        private readonly ReadFeatures _readFeatures;
        private readonly ReadFeatures? _readContext;

        public Reader(ViewRowSource owner)
        {
            _owner = owner;
            _cursor = owner.Cursor();
            _readFeatures = owner._features.Reader(_cursor);
            _readContext = owner._context?.Reader(_cursor);
        }

        public bool Read(Span<float> row)
        {
            if (!_cursor.MoveNext())
                return false;
            _readFeatures(row[.._owner._features.Size]);
            _readContext?.Invoke(row[_owner._features.Size..]);
            for (int i = 0; i < row.Length; i++)
            {
                if (Math.Abs(row[i]) == float.MaxValue)
                    throw _owner.TooFar(_cursor.Position, i);
            }
            return true;
        }

        // Nothing of the row is computed: of a file, perhaps, nothing read.
        public bool Skip(Span<float> room) => _cursor.MoveNext();

        public void Dispose() => _cursor.Dispose();
    }

    private InvalidOperationException TooFar(long row, int slot)
    {
        var (part, own) = Part(slot);
        using var cursor = Cursor();
        var read = FeatureReader.Values(cursor, part.Column);
        var values = new double[part.Size];
        while (cursor.Position < row && cursor.MoveNext())
            read(values);
        return new InvalidOperationException(FormattableString.Invariant(
            $"Row {row} (counted from 0) has the value {values[own]} in {SlotName(slot)}, too far from the others ({Origin(slot)}) for Single, which ends at 3.4E+38: divide the feature by a power of ten, take its logarithm, or leave the row out."));
    }
}
