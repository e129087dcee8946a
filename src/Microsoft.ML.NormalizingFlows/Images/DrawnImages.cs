using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>Images drawn while they are read, in blocks. Each image has a random stream of its own, so that every pass gives the same.</summary>
internal sealed class DrawnImages : DrawnView
{
    private const int BlockRows = 64;

    private readonly ImageFile _file;
    private readonly SharedImageEvaluator _evaluator;
    private readonly ulong _seed;

    public DrawnImages(ImageFile file, SharedImageEvaluator evaluator, long rows, ulong seed)
        : base(SchemaOf(file.Columns.Pixels), rows) => (_file, _evaluator, _seed) = (file, evaluator, seed);

    protected override DrawnRowCursor CreateCursor(bool[] active) => new Cursor(this, active);

    private static DataViewSchema SchemaOf(PixelForm pixels)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(pixels.Name, pixels.Type());
        return builder.ToSchema();
    }

    private sealed class Cursor(DrawnImages view, bool[] active) : DrawnRowCursor(view.Schema, active, view.Rows, BlockRows)
    {
        private readonly int _values = view._file.Spec.Shape.Values;
        private byte[] _block = [];

        protected override Delegate Getter(int column) => view._file.Columns.PixelGetter(Image, view._file.Spec);

        protected override void Draw(long block, int count)
        {
            _block = new byte[count * _values];
            var streams = RowStreams.Each([.. Enumerable.Range(0, count).Select(row => RandomStream.For(view._seed, "image", (ulong)(block * BlockRows + row)))]);
            view._evaluator.Use(evaluator => evaluator.Sample(count, streams, [], _block));
        }

        private ReadOnlySpan<byte> Image()
        {
            int row = RowInBlock();
            return _block.AsSpan(row * _values, _values);
        }
    }
}

/// <summary>Draws an image for each row of a table given its context. See <see cref="DrawnBatch"/>.</summary>
internal sealed class DrawnImagesPlan : ScoringPlan
{
    private readonly ImageFile _file;
    private readonly SharedImageEvaluator _evaluator;
    private readonly RowColumn _given;
    private readonly ulong _seed;

    public DrawnImagesPlan(DataViewSchema input, ImageFile file, SharedImageEvaluator evaluator, ulong seed)
        : base(input, [new AddedColumn(file.Columns.Pixels.Name, file.Columns.Pixels.Type(), null)])
    {
        evaluator.ThrowIfDisposed();
        (_file, _evaluator, _seed) = (file, evaluator, seed);
        _given = file.Columns.Given!.Column.Find(input);
    }

    public override int Width => _file.Spec.Shape.Values * ImageBatch.WorkOfAPixel;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) => new Batch(this, source);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _given.Column.Index;

    private sealed class Batch(DrawnImagesPlan plan, DataViewRow source) : DrawnBatch(source, plan._seed, "image given a context")
    {
        private readonly DataViewRow _source = source;
        private readonly int _values = plan._file.Spec.Shape.Values, _context = plan._file.Spec.Context;
        private readonly ReadGiven _read = plan._file.Columns.Given!.Reader(plan._given, source);
        private float[] _given = [];
        private byte[] _images = [];

        public override Delegate Getter(int added, Func<int> row) => plan._file.Columns.PixelGetter(() => Image(row()), plan._file.Spec);

        protected override void Reserve(int capacity)
        {
            if (_given.Length < capacity * _context)
                _given = new float[capacity * _context];
        }

        protected override void Read(int row)
        {
            if (!_read(_given.AsSpan(row * _context, _context)))
                throw new InvalidOperationException($"Row {_source.Position} (counted from 0) has no value in '{plan._file.Columns.Given!.Column.Name}', which an image is to be drawn for: leave the row out.");
        }

        protected override void Draw(IReadOnlyList<RandomStream> streams)
        {
            _images = new byte[Count * _values];
            plan._evaluator.Use(evaluator => evaluator.Sample(Count, RowStreams.Each([.. streams]), _given.AsSpan(0, Count * _context), _images));
        }

        private ReadOnlySpan<byte> Image(int row)
        {
            EnsureDrawn();
            return _images.AsSpan(row * _values, _values);
        }
    }
}
