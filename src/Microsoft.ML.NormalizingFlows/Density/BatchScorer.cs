using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// The scores of a batch of rows, computed in one call when the first of them is asked for. A row with a missing or infinite
/// feature is not given to the evaluator: its scores are NaN, its key is 0 and its index -1, ML.NET's forms of a missing value.
/// </summary>
internal sealed class BatchScorer(FlowScoringPlan plan, FlowOutputs outputs, ReadFeatures read) : ScoredBatch
{
    private const int Missing = -1;

    private readonly int _dimensions = plan.Shape.Dimensions;
    private readonly int _states = plan.Shape.States;
    private float[] _rows = [];          // the finite rows, (B, D)
    private int[] _place = [];           // of each row among the finite ones
    private FlowScores _scores = new(plan.Shape, FlowOutputs.None, 0);
    private int _count, _finite;
    private bool _scored;

    public override void Clear(int capacity)
    {
        _count = _finite = 0;
        _scored = false;
        if (capacity <= _place.Length)
            return;
        _place = new int[capacity];
        _rows = new float[capacity * _dimensions];
        _scores = new FlowScores(plan.Shape, outputs, capacity) { PrunedProbability = plan.PrunedProbability };
    }

    public override void Add()
    {
        var row = _rows.AsSpan(_finite * _dimensions, _dimensions);
        read(row);
        plan.Model.MarkConstants(row);
        _place[_count++] = FiniteRows.FirstNonFinite(row) < 0 ? _finite++ : Missing;
    }

    public override Delegate Getter(int added, Func<int> row) => plan.Getter(added, this, row);

    /// <summary>The features of a row; empty where one of them is missing or infinite.</summary>
    public ReadOnlySpan<float> Features(int row) =>
        _place[row] is >= 0 and int place ? _rows.AsSpan(place * _dimensions, _dimensions) : [];

    public float LogDensity(int row) => Place(row) is >= 0 and int place ? _scores.LogDensity[place] : float.NaN;

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

    private int Place(int row)
    {
        if (!_scored && _finite > 0)
            plan.Evaluator.Score(_rows.AsSpan(0, _finite * _dimensions), _finite, _scores);
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
