using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// What each feature contributes to <c>-log p(x)</c> of a row: <c>c_i = max_v log p(x with x_i = v) - log p(x)</c>, over usual values v of the
/// feature and <c>x_i</c> itself, in nats. It is the log of a ratio of densities that differ in one feature, so units fall out, and the
/// conditional <c>-log p</c>, <c>max_v log p(v | others) - log p(x_i | others)</c> as well, since both have the same p(others).
/// </summary>
internal sealed class FeatureContributions(SharedEvaluator evaluator, FlowShape shape, UsualValues usual)
{
    private readonly int _dimensions = shape.Dimensions;
    private readonly int _block = Math.Max(1, BatchSizes.Maximum(shape.Dimensions) / usual.PerFeature);     // features in a call
    private float[] _rows = [];
    private FlowScores? _scores;
    private float[]? _lastRow, _lastContributions, _lastExpected;

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
        for (int first = 0; first < _dimensions; first += _block)
        {
            int features = Math.Min(_block, _dimensions - first);
            var densities = Score(Variants(row, first, features), features * usual.PerFeature);
            for (int i = 0; i < features; i++)
            {
                var own = densities.Slice(i * usual.PerFeature, usual.PerFeature);
                int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(own);
                bool fits = own[best] > itself;
                contributions[first + i] = fits ? own[best] - itself : 0;
                expected[first + i] = fits ? usual.Of(first + i)[best] : row[first + i];
            }
        }
        (_lastRow, _lastContributions, _lastExpected) = (row.ToArray(), contributions.ToArray(), expected.ToArray());
    }

    // The row with one feature replaced by each of its usual values, for some features in turn.
    private ReadOnlySpan<float> Variants(ReadOnlySpan<float> row, int first, int features)
    {
        int count = features * usual.PerFeature;
        if (_rows.Length < count * _dimensions)
            _rows = new float[count * _dimensions];
        for (int variant = 0; variant < count; variant++)
        {
            int feature = first + variant / usual.PerFeature;
            var target = _rows.AsSpan(variant * _dimensions, _dimensions);
            row.CopyTo(target);
            target[feature] = usual.Of(feature)[variant % usual.PerFeature];
        }
        return _rows.AsSpan(0, count * _dimensions);
    }

    private ReadOnlySpan<float> Score(ReadOnlySpan<float> rows, int count)
    {
        if (_scores is null || _scores.Capacity < count)
            _scores = new FlowScores(shape, FlowOutputs.LogDensity, count);
        evaluator.Score(rows, count, _scores);
        return _scores.LogDensity.AsSpan(0, count);
    }
}
