using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// What each feature contributes to <c>-log p(x)</c> of a row: <c>c_i = max_v log p(x with x_i = v) - log p(x)</c>, over usual values v of the
/// feature and <c>x_i</c> itself, in nats. It is the log of a ratio of densities that differ in one feature, so units fall out, and the
/// conditional <c>-log p</c>, <c>max_v log p(v | others) - log p(x_i | others)</c> as well, since both have the same p(others).
/// Where features nearly follow from others, v may be what follows from those of the row: no usual value is that but by chance.
/// </summary>
internal sealed class FeatureContributions
{
    private readonly SharedEvaluator _evaluator;
    private readonly FlowShape _shape;
    private readonly UsualValues _usual;
    private readonly SurpriseViews? _views;
    private readonly float[]? _following;
    private readonly int _dimensions, _perFeature;
    private readonly int _block;     // features in a call
    private float[] _rows = [];
    private FlowScores? _scores;
    private float[]? _lastRow, _lastContributions, _lastExpected;

    /// <param name="evaluator">Gives log p(x), or minus the surprise.</param>
    /// <param name="shape">Of the flow.</param>
    /// <param name="usual">The usual values.</param>
    /// <param name="views">Know what follows from others; null where nothing does.</param>
    public FeatureContributions(SharedEvaluator evaluator, FlowShape shape, UsualValues usual, SurpriseViews? views = null)
    {
        (_evaluator, _shape, _usual, _views, _dimensions) = (evaluator, shape, usual, views, shape.Dimensions);
        _following = views?.Relations is null ? null : new float[_dimensions];
        _perFeature = usual.PerFeature + (_following is null ? 0 : 1);
        _block = Math.Max(1, BatchSizes.Maximum(_dimensions) / _perFeature);
    }

    /// <summary>A row that it was asked for last is not computed again: contributions and expected features are columns of their own.</summary>
    /// <param name="row">The row, D values; all are NaN where it is empty.</param>
    /// <param name="contributions">Gets c, D values.</param>
    /// <param name="expected">Gets the v of each feature, D values.</param>
    public void Compute(ReadOnlySpan<float> row, Span<float> contributions, Span<float> expected)
    {
        contributions.Fill(float.NaN);
        expected.Fill(float.NaN);
        if (row.IsEmpty)
            return;
        if (_lastRow is not null && row.SequenceEqual(_lastRow))
        {
            _lastContributions.CopyTo(contributions);
            _lastExpected.CopyTo(expected);
            return;
        }
        float itself = Score(row, 1)[0];
        _views?.FollowFromOthers(row, _following);
        for (int first = 0; first < _dimensions; first += _block)
        {
            int features = Math.Min(_block, _dimensions - first);
            var densities = Score(Variants(row, first, features), features * _perFeature);
            for (int i = 0; i < features; i++)
            {
                var own = densities.Slice(i * _perFeature, _perFeature);
                int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(own);
                bool fits = own[best] > itself;
                contributions[first + i] = fits ? own[best] - itself : 0;
                expected[first + i] = fits ? Value(first + i, best) : row[first + i];
            }
        }
        (_lastRow, _lastContributions, _lastExpected) = (row.ToArray(), contributions.ToArray(), expected.ToArray());
    }

    private float Value(int feature, int place) => place < _usual.PerFeature ? _usual.Of(feature)[place] : _following![feature];

    // The row with one feature replaced by each of its values, for some features in turn.
    private ReadOnlySpan<float> Variants(ReadOnlySpan<float> row, int first, int features)
    {
        int count = features * _perFeature;
        if (_rows.Length < count * _dimensions)
            _rows = new float[count * _dimensions];
        for (int variant = 0; variant < count; variant++)
        {
            int feature = first + variant / _perFeature;
            var target = _rows.AsSpan(variant * _dimensions, _dimensions);
            row.CopyTo(target);
            target[feature] = Value(feature, variant % _perFeature);
        }
        return _rows.AsSpan(0, count * _dimensions);
    }

    private ReadOnlySpan<float> Score(ReadOnlySpan<float> rows, int count)
    {
        if (_scores is null || _scores.Capacity < count)
            _scores = new FlowScores(_shape, FlowOutputs.LogDensity, count);
        _evaluator.Score(rows, count, _scores);
        return _scores.LogDensity.AsSpan(0, count);
    }
}
