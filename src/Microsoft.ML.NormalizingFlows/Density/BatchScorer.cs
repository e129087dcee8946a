using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// The scores of a batch of rows, computed in one call when the first of them is asked for. A row with a missing or infinite
/// feature or context is not given to the evaluator: its scores are NaN, its key is 0 and its index -1, ML.NET's forms of a missing value. Quantiles
/// need the context alone.
/// </summary>
/// <param name="plan">What is scored.</param>
/// <param name="outputs">What is needed of it.</param>
/// <param name="readFeatures">Reads the features of the row that the source stands on; null where there are none.</param>
/// <param name="readContext">Reads its context; null where there is none.</param>
internal sealed class BatchScorer(FlowScoringPlan plan, FlowOutputs outputs, ReadFeatures? readFeatures, ReadFeatures? readContext) : ScoredBatch
{
    private const int Missing = -1;

    private readonly int _dimensions = plan.Shape.Dimensions;
    private readonly int _width = plan.Shape.Width;
    private readonly int _states = plan.Shape.States;
    private float[] _rows = [];          // the finite rows, (B, D + C)
    private int[] _place = [];           // of each row among the finite ones
    private float[] _given = [];         // all rows, whose features are not read, (B, D + C)
    private float[] _quantiles = [];     // (B, Q)
    private FlowScores _scores = new(plan.Shape, FlowOutputs.None, 0);
    private int _count, _finite;
    private bool _scored, _hasQuantiles;

    public override void Clear(int capacity)
    {
        _count = _finite = 0;
        _scored = _hasQuantiles = false;
        if (capacity <= _place.Length)
            return;
        _place = new int[capacity];
        _rows = new float[capacity * _width];
        _given = new float[outputs.HasFlag(FlowOutputs.Quantiles) ? capacity * _width : 0];
        _scores = new FlowScores(plan.Shape, outputs & ~FlowOutputs.Quantiles, capacity) { PrunedProbability = plan.PrunedProbability };
    }

    public override void Add()
    {
        var row = _rows.AsSpan(_finite * _width, _width);
        if (readFeatures is null)
            row[.._dimensions].Fill(float.NaN);
        else
            readFeatures(row[.._dimensions]);
        readContext?.Invoke(row[_dimensions..]);
        if (_given.Length > 0)
            row.CopyTo(_given.AsSpan(_count * _width));
        plan.Model.MarkConstants(row);
        _place[_count++] = FiniteRows.FirstNonFinite(row) < 0 ? _finite++ : Missing;
    }

    public override Delegate Getter(int added, Func<int> row) => plan.Getter(added, this, row);

    /// <summary>The features of a row; empty where one of them is missing or infinite.</summary>
    public ReadOnlySpan<float> Features(int row) =>
        _place[row] is >= 0 and int place ? _rows.AsSpan(place * _width, _dimensions) : [];

    public float LogDensity(int row) => Place(row) is >= 0 and int place ? _scores.LogDensity[place] : float.NaN;

    public float Cumulative(int row) => Place(row) is >= 0 and int place ? _scores.Cumulative[place] : float.NaN;

    /// <summary>The quantiles of a row, differences from the origin; NaN where its context is missing.</summary>
    public ReadOnlySpan<float> Quantiles(int row)
    {
        if (!_hasQuantiles)
            FindQuantiles();
        return _quantiles.AsSpan(row * plan.Quantiles.Length, plan.Quantiles.Length);
    }

    public float PruningBound(int row) => Place(row) is >= 0 and int place ? _scores.PruningBound[place] : float.NaN;

    /// <summary>The most likely state of a row, 0 .. K-1; -1 where it is missing.</summary>
    public int State(int row)
    {
        var posterior = Posterior(row);
        return posterior.IsEmpty ? Missing : IndexOfMaximum(posterior);
    }

    /// <summary>p(z|x) of a row, K values; empty where it is missing.</summary>
    public ReadOnlySpan<float> Posterior(int row) =>
        Place(row) is >= 0 and int place ? _scores.Posterior.AsSpan(place * _states, _states) : [];

    public void Probabilities(int row, ref VBuffer<float> target) => Copy(row, _scores.Posterior, _states, ref target);

    public void BaseVector(int row, ref VBuffer<float> target) => Copy(row, _scores.BaseVector, _dimensions, ref target);

    public void LatentMean(int row, ref VBuffer<float> target) => Copy(row, _scores.LatentMean, plan.Shape.Latent, ref target);

    public void LatentDeviation(int row, ref VBuffer<float> target) => Copy(row, _scores.LatentDeviation, plan.Shape.Latent, ref target);

    private void Copy(int row, float[] values, int length, ref VBuffer<float> target)
    {
        int place = Place(row);
        var editor = VBufferEditor.Create(ref target, length);
        if (place < 0)
            editor.Values.Fill(float.NaN);
        else
            values.AsSpan(place * length, length).CopyTo(editor.Values);
        target = editor.Commit();
    }

    private void FindQuantiles()
    {
        int levels = plan.Quantiles.Length, found = 0;
        int[] rows = [.. Enumerable.Range(0, _count).Where(row => FiniteRows.FirstNonFinite(_given.AsSpan(row * _width + _dimensions, _width - _dimensions)) < 0)];
        var given = new float[rows.Length * _width];
        foreach (int row in rows)
            _given.AsSpan(row * _width, _width).CopyTo(given.AsSpan(found++ * _width));
        var values = new float[rows.Length * levels];
        plan.Evaluator.Quantiles(given, rows.Length, plan.Quantiles, values);
        _quantiles = new float[_count * levels];
        Array.Fill(_quantiles, float.NaN);
        for (int i = 0; i < rows.Length; i++)
            values.AsSpan(i * levels, levels).CopyTo(_quantiles.AsSpan(rows[i] * levels));
        _hasQuantiles = true;
    }

    private int Place(int row)
    {
        if (!_scored && _finite > 0)
            plan.Evaluator.Score(_rows.AsSpan(0, _finite * _width), _finite, _scores);
        _scored = true;
        return _place[row];
    }

    private static int IndexOfMaximum(ReadOnlySpan<float> values)
    {
        int greatest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[greatest])
                greatest = i;
        }
        return greatest;
    }
}
