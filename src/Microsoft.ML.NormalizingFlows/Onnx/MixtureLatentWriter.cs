using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes the map of each state that makes its Gaussian white, <c>y = W_k (x - m_k)</c>, and counts what a state weighs beside an even one.</summary>
internal sealed class MixtureLatentWriter(MixtureLatentSpec spec, int dimensions, LearnedValues values) : LayerWriter
{
    private readonly float[] _means = values[spec.Name + ".means"], _whitening = values[spec.Name + ".whitening"], _logWeights = values[spec.Name + ".logWeights"];

    /// <summary>p(z), K numbers.</summary>
    public float[] Prior
    {
        get
        {
            double greatest = _logWeights.Max(), sum = _logWeights.Sum(weight => Math.Exp(weight - greatest));
            return [.. _logWeights.Select(weight => (float)(Math.Exp(weight - greatest) / sum))];
        }
    }

    public override Mapped Forward(OnnxValue x, RowContext at)
    {
        int d = dimensions;
        var offsets = new float[spec.StateCount * d];
        // Under all states at once: one product gives (B, 1, K D).
        var all = new float[d * spec.StateCount * d];
        for (int k = 0; k < spec.StateCount; k++)
        {
            for (int i = 0; i < d; i++)
            {
                double offset = 0;
                for (int j = 0; j <= i; j++)
                {
                    offset -= (double)Whitening(k, i, j) * _means[k * d + j];
                    all[j * spec.StateCount * d + k * d + i] = Whitening(k, i, j);
                }
                offsets[k * d + i] = (float)offset;
            }
        }
        var white = x.Slice(0, 1, 1).Times(at.Graph.Constant(all, d, spec.StateCount * d)).Reshape(-1, spec.StateCount, d);
        var sizes = Enumerable.Range(0, spec.StateCount).Select(k => (float)(
            Math.Log(spec.StateCount) + _logWeights[k] + Enumerable.Range(0, d).Sum(i => Math.Log(Math.Max(Whitening(k, i, i), ParameterLimits.MinimumWhitening)))));
        return new(white + at.Table(offsets, d), at.Table(sizes, 1));
    }

    public override OnnxValue Inverse(OnnxValue y, RowContext at)
    {
        int d = dimensions;
        var inverses = new float[spec.StateCount * d * d];      // transposed
        var column = new double[d];
        for (int k = 0; k < spec.StateCount; k++)
        {
            for (int c = 0; c < d; c++)
            {
                for (int i = c; i < d; i++)
                {
                    double rest = i == c ? 1 : 0;
                    for (int j = c; j < i; j++)
                        rest -= Whitening(k, i, j) * column[j];
                    column[i] = rest / Whitening(k, i, i);
                    inverses[(k * d + c) * d + i] = (float)column[i];
                }
            }
        }
        return y.Reshape(0, 0, 1, d).Times(at.Table(inverses, d, d)).Reshape(0, 0, d) + at.Table(_means, d);
    }

    private float Whitening(int state, int row, int column) => _whitening[state * PackedTriangle.Length(dimensions) + PackedTriangle.Row(row) + column];
}
