using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>A flow of images bound to a schema. Making one checks the schema, before any row is read.</summary>
internal sealed class ImageScoringPlan : ScoringPlan
{
    private readonly IReadOnlyList<ImageOutput> _added;
    private readonly PixelColumn _pixels;
    private readonly RowColumn? _given;

    public static ImageScoringPlan Create(DataViewSchema input, ImageFile file, SharedImageEvaluator evaluator)
    {
        evaluator.ThrowIfDisposed();
        return new ImageScoringPlan(input, file, evaluator, file.Columns.Outputs(file.Spec.DensityKind, file.Spec.Codes?.Words ?? 0, file.Spec.CodeLength, file.Spec.Latent?.Size ?? 0, OutputAnnotations.NextSet(input)));
    }

    private ImageScoringPlan(DataViewSchema input, ImageFile file, SharedImageEvaluator evaluator, IReadOnlyList<ImageOutput> added)
        : base(input, added)
    {
        (File, Evaluator, _added) = (file, evaluator, added);
        if (file.Spec.HasBackground)
            Background = new BackgroundModel(file.Spec, file.Arrays.Single(array => array.Name == $"{BackgroundModel.Part}.{BackgroundModel.Shares}").Values);
        _pixels = PixelColumn.Find(input, file.Columns.Pixels, file.Spec.Shape);
        _given = file.Columns.Given?.Column.Find(input);
    }

    public ImageFile File { get; }

    /// <summary>What images are compared with; null for nothing.</summary>
    public BackgroundModel? Background { get; }

    public SharedImageEvaluator Evaluator { get; }

    public override int Width => File.Spec.Shape.Values * ImageBatch.WorkOfAPixel;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) => new ImageBatch(
        this, _pixels.Reader(source, File.Spec.Bits), _given is null ? null : File.Columns.Given!.Reader(_given, source));

    public Delegate Getter(int added, ImageBatch batch, Func<int> row) => _added[added].Getter(batch, row);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _pixels.Column.Index || column.Index == _given?.Column.Index;
}

/// <summary>
/// The scores of a batch of images, computed in one call when the first of them is asked for. Those of an image with a missing pixel or context are NaN.
/// </summary>
internal sealed class ImageBatch(ImageScoringPlan plan, ReadLevels read, ReadGiven? readGiven) : ScoredBatch
{
    /// <summary>A pixel costs what some features of a table do: batches are no larger than memory bears.</summary>
    public const int WorkOfAPixel = 64;

    private const int Missing = -1;

    private readonly int _values = plan.File.Spec.Shape.Values, _context = plan.File.Spec.Context;
    private byte[] _images = [];        // the whole ones, (B, D)
    private float[] _given = [];        // what they are given, (B, C)
    private float[] _logs = [];         // the terms of ln p, (B, terms)
    private int[] _codes = [];          // words, (B, L)
    private float[] _codeLogs = [];     // ln p(z), (B); 0 where there is no z
    private float[] _gains = [];        // what more words add to ln p(x), (B); empty where there is one
    private float[] _latents = [];      // (B, numbers or states)
    private byte[]? _rebuilt;           // (B, D)
    private int[] _place = [];          // of each row among the whole ones
    private int _count, _whole;
    private bool _isScored;

    public override void Clear(int capacity)
    {
        _count = _whole = 0;
        _isScored = false;
        _rebuilt = null;
        if (capacity <= _place.Length)
            return;
        _place = new int[capacity];
        _images = new byte[capacity * _values];
        _logs = new float[capacity * Spec.Terms];
        _given = new float[capacity * _context];
        _codes = new int[capacity * plan.File.Spec.CodeLength];
        _codeLogs = new float[capacity];
        _latents = new float[capacity * LatentSize];
        _gains = new float[Spec.Codes is { TopCodes: > 1 } ? capacity : 0];
    }

    public ImageSpec Spec => plan.File.Spec;

    private int LatentSize => Spec.Latent?.Size ?? 0;

    public override void Add()
    {
        bool isWhole = read(_images.AsSpan(_whole * _values, _values));
        bool isGiven = readGiven is null || readGiven(_given.AsSpan(_whole * _context, _context));
        _place[_count++] = isWhole && isGiven ? _whole++ : Missing;
    }

    public override Delegate Getter(int added, Func<int> row) => plan.Getter(added, this, row);

    public double LogDensity(int row)
    {
        var logs = Logs(row);
        double sum = logs.IsEmpty ? double.NaN : _codeLogs[_place[row]] + (_gains.Length > 0 ? _gains[_place[row]] : 0);
        foreach (float log in logs)
            sum += log;
        return sum;
    }

    public double BitsPerDimension(int row) => -LogDensity(row) / Math.Log(2) / _values;

    /// <summary>Bits of a value that the image takes more than the background says.</summary>
    public double AnomalyScore(int row) => Logs(row).IsEmpty
        ? double.NaN
        : (plan.Background!.LogProbability(_images.AsSpan(_place[row] * _values, _values)) - LogDensity(row)) / Math.Log(2) / _values;

    public void PixelBits(int row, ref VBuffer<float> target)
    {
        var logs = Logs(row);
        var editor = VBufferEditor.Create(ref target, _values);
        for (int slot = 0; slot < _values; slot++)
            editor.Values[slot] = logs.IsEmpty ? float.NaN : (float)(-logs[plan.File.Columns.Pixels.PlaceOf(slot, plan.File.Spec.Shape)] / Math.Log(2));
        target = editor.Commit();
    }

    public double CodeBits(int row) => Logs(row).IsEmpty ? double.NaN : -_codeLogs[_place[row]] / Math.Log(2);

    /// <summary>The probabilities of the states of an image, or the means of its numbers.</summary>
    public void Latent(int row, ref VBuffer<float> target)
    {
        bool exists = !Logs(row).IsEmpty;
        var editor = VBufferEditor.Create(ref target, LatentSize);
        for (int i = 0; i < LatentSize; i++)
            editor.Values[i] = exists ? _latents[_place[row] * LatentSize + i] : float.NaN;
        target = editor.Commit();
    }

    /// <summary>The words of an image, from 1; 0 where it is missing.</summary>
    public void Codes(int row, ref VBuffer<uint> target)
    {
        bool exists = !Logs(row).IsEmpty;
        int length = Spec.CodeLength;
        var editor = VBufferEditor.Create(ref target, length);
        for (int i = 0; i < length; i++)
            editor.Values[i] = exists ? (uint)_codes[_place[row] * length + i] + 1 : 0;
        target = editor.Commit();
    }

    /// <summary>The image that the words stand for; 0 everywhere where it is missing.</summary>
    public ReadOnlySpan<byte> Reconstruction(int row)
    {
        if (Logs(row).IsEmpty)
            return new byte[_values];
        if (_rebuilt is null)
        {
            var rebuilt = _rebuilt = new byte[_whole * _values];
            plan.Evaluator.Use(evaluator => evaluator.Reconstruct(_codes.AsSpan(0, _whole * Spec.CodeLength), _given.AsSpan(0, _whole * _context), _whole, rebuilt));
        }
        return _rebuilt.AsSpan(_place[row] * _values, _values);
    }

    private ReadOnlySpan<float> Logs(int row)
    {
        if (!_isScored && _whole > 0)
        {
            Array.Clear(_codeLogs);
            plan.Evaluator.Use(evaluator => evaluator.Score(
                _images.AsSpan(0, _whole * _values), _given.AsSpan(0, _whole * _context), _whole, _logs.AsSpan(0, _whole * Spec.Terms), _codes, _codeLogs, _gains.Length > 0 ? _gains.AsSpan(0, _whole) : [], _latents.AsSpan(0, _whole * LatentSize)));
        }
        _isScored = true;
        return _place[row] is >= 0 and int place ? _logs.AsSpan(place * Spec.Terms, Spec.Terms) : [];
    }
}
