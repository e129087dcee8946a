using System.Collections.Concurrent;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Scoring;

/// <summary>
/// Scores and samples on the CPU without TorchSharp. A call with many rows shares its panels out over the threads; rows do not
/// depend on one another, so that the number of threads changes no score and no sample.
/// </summary>
internal sealed class ManagedEvaluator<T> : IInvertibleEvaluator where T : unmanaged, ILanes<T>
{
    private readonly ManagedModel<T> _model;
    private readonly PanelScorer<T> _scorer;
    private readonly PanelSampler<T> _sampler;
    private readonly ConcurrentBag<ScoringWork<T>> _idle = [];
    private readonly Lock _gate = new();
    private readonly int _threads;
    private readonly Action<int> _scorePart, _samplePart;
    private WorkerTeam? _team;

    // The call that the team works on; spans cannot cross threads, so that rows are copied.
    private float[] _rows = [];
    private float[] _noise = [];
    private int[] _states = [];
    private float[] _latents = [];
    private int _count;
    private FlowScores? _scores;

    /// <param name="model">What to evaluate, as it stands at each call.</param>
    /// <param name="threads">Threads of a call, 1 or more.</param>
    public ManagedEvaluator(ManagedModel<T> model, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _model = model;
        _threads = threads;
        _scorer = new PanelScorer<T>(model);
        _sampler = new PanelSampler<T>(model);
        _scorePart = ScorePart;
        _samplePart = SamplePart;
    }

    public FlowShape Shape => _model.Spec.Shape;

    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, scores.Capacity);
        rows = rows[..(count * Shape.Width)];
        if (JoinTeam(count))
        {
            try
            {
                (_count, _scores) = (count, scores);
                rows.CopyTo(Room(ref _rows, rows.Length));
                _team!.Run(_scorePart);
            }
            finally
            {
                _scores = null;
                _gate.Exit();
            }
            return;
        }
        var work = Take();
        for (int start = 0; start < count; start += Panel.Columns)
            _scorer.Score(work, rows, start, Math.Min(Panel.Columns, count - start), scores);
        _idle.Add(work);
    }

    public void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var (dimensions, width) = (Shape.Dimensions, Shape.Width);
        var states = new int[count];
        if (state is int all)
            Array.Fill(states, all);
        else
            _model.Flow.DrawStates(_model.Values, random, states);
        var points = new float[count * dimensions];
        _model.Flow.DrawBase(_model.Values, random, points);
        for (int row = 0; row < count; row++)
            points.AsSpan(row * dimensions, dimensions).CopyTo(rows[(row * width)..]);
        var z = new float[count * Shape.Latent];
        latents.CopyTo(z);
        for (int row = 0; row < count && latents.IsEmpty; row++)
            random[row].FillNormal(z.AsSpan(row * Shape.Latent, Shape.Latent));
        Generate(states, z, rows);
    }

    public void Invert(ReadOnlySpan<int> states, Span<float> rows) => Generate(states.ToArray(), new float[states.Length * Shape.Latent], rows);

    private void Generate(int[] own, float[] latents, Span<float> rows)
    {
        int count = own.Length;
        var (dimensions, width) = (Shape.Dimensions, Shape.Width);
        float[] noise = rows[..(count * width)].ToArray();
        if (JoinTeam(count))
        {
            try
            {
                (_count, _states, _latents, _noise) = (count, own, latents, noise);
                _team!.Run(_samplePart);
            }
            finally
            {
                _gate.Exit();
            }
        }
        else
        {
            var work = Take();
            for (int start = 0; start < count; start += Panel.Columns)
                _sampler.Sample(work, noise, own, latents, start, Math.Min(Panel.Columns, count - start));
            _idle.Add(work);
        }
        for (int row = 0; row < count; row++)
            noise.AsSpan(row * width, dimensions).CopyTo(rows[(row * width)..]);
    }

    public BaseOfOneFeature BaseOfOneFeature => _model.Flow.BaseOfOneFeature(_model.Values);

    public void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values) =>
        QuantileSearch.OfFlow(this, rows, count, levels, values);

    public void Dispose()
    {
        lock (_gate)
            _team?.Dispose();
    }

    private void ScorePart(int part)
    {
        var work = Take();
        for (int start = part * Panel.Columns; start < _count; start += _threads * Panel.Columns)
            _scorer.Score(work, _rows, start, Math.Min(Panel.Columns, _count - start), _scores!);
        _idle.Add(work);
    }

    private void SamplePart(int part)
    {
        var work = Take();
        for (int start = part * Panel.Columns; start < _count; start += _threads * Panel.Columns)
            _sampler.Sample(work, _noise, _states, _latents, start, Math.Min(Panel.Columns, _count - start));
        _idle.Add(work);
    }

    // One call has the team, if it is worth it; calls beside it work alone.
    private bool JoinTeam(int count)
    {
        if (_threads == 1 || count <= Panel.Columns || !_gate.TryEnter())
            return false;
        _team ??= new WorkerTeam(_threads);
        return true;
    }

    private ScoringWork<T> Take() => _idle.TryTake(out var work) ? work : new ScoringWork<T>(_model.Flow);

    private static Span<float> Room(ref float[] array, int length)
    {
        if (array.Length < length)
            array = new float[length];
        return array;
    }
}
