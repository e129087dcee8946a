using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>
/// A network of one hidden layer of rectified units, trained by Adam (Kingma and Ba 2015) on the logistic loss, or on squares where labels are
/// numbers. Features that are 0 cost nothing, which most are. A tenth of the rows chooses the epoch.
/// </summary>
internal sealed class SmallNetwork(ulong seed, CancellationToken cancellation) : IRowModel
{
    private const int Hidden = 64, Batch = 128, Epochs = 40, Patience = 4, MinimumSteps = 1_500;
    private const float LearningRate = 2e-3f, WeightDecay = 1e-5f;

    public double[] FitAndScore(RowTable features, float[] labels, bool isNumber, RowTable others)
    {
        var random = RandomStream.For(seed, "small network");
        float mean = isNumber ? labels.Average() : 0;
        float deviation = isNumber ? MathF.Sqrt(labels.Average(label => (label - mean) * (label - mean))) : 1;
        if (deviation == 0)
            deviation = 1;
        float[] targets = [.. labels.Select(label => (label - mean) / deviation)];
        int[] order = [.. Enumerable.Range(0, features.Count)];
        random.Shuffle(order.AsSpan());
        int heldOut = Math.Max(1, features.Count / 10);
        int[] training = order[heldOut..], validation = order[..heldOut];

        var weights = new Weights(features.Dimensions, random);
        Weights best = weights.Copy();
        double least = double.PositiveInfinity;
        int epochs = Math.Max(Epochs, MinimumSteps * Batch / training.Length);
        for (int epoch = 0, since = 0; epoch < epochs && since < Patience * Math.Max(1, epochs / Epochs); epoch++, since++)
        {
            random.Shuffle(training.AsSpan());
            for (int start = 0; start < training.Length; start += Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                weights.Step(features, targets, training.AsSpan(start, Math.Min(Batch, training.Length - start)), isNumber);
            }
            double loss = validation.Average(row => Loss(weights.Score(features[row]), targets[row], isNumber));
            if (loss < least - 1e-4)
                (least, best, since) = (loss, weights.Copy(), -1);
        }
        return [.. Enumerable.Range(0, others.Count).Select(row => (double)(mean + deviation * best.Score(others[row])))];
    }

    private static double Loss(float score, float target, bool isNumber) =>
        isNumber ? 0.5 * (score - target) * (score - target) : Math.Max(score, 0) - score * target + Math.Log(1 + Math.Exp(-Math.Abs(score)));

    private sealed class Weights
    {
        private readonly int _inputs;
        /// <summary>First layer (D, H), its biases (H), second layer (H), its bias.</summary>
        private readonly float[] _values;
        private readonly float[] _gradient, _mean, _square;
        private readonly float[] _hidden = new float[Hidden], _back = new float[Hidden];
        private int _steps;

        public Weights(int inputs, RandomStream random)
            : this(inputs, new float[inputs * Hidden + 2 * Hidden + 1])
        {
            float scale = MathF.Sqrt(2f / Math.Max(8, inputs / 4));
            random.FillUniform(_values.AsSpan(0, inputs * Hidden), -scale, scale);
            random.FillUniform(_values.AsSpan((inputs + 1) * Hidden, Hidden), -1 / MathF.Sqrt(Hidden), 1 / MathF.Sqrt(Hidden));
        }

        private Weights(int inputs, float[] values)
        {
            _inputs = inputs;
            _values = values;
            _gradient = new float[values.Length];
            _mean = new float[values.Length];
            _square = new float[values.Length];
        }

        public Weights Copy() => new(_inputs, [.. _values]);

        public float Score(ReadOnlySpan<float> row)
        {
            Span<float> hidden = _hidden;
            _values.AsSpan(_inputs * Hidden, Hidden).CopyTo(hidden);
            for (int i = 0; i < row.Length; i++)
            {
                if (row[i] != 0)
                    TensorPrimitives.MultiplyAdd(_values.AsSpan(i * Hidden, Hidden), row[i], hidden, hidden);
            }
            TensorPrimitives.Max(hidden, 0f, hidden);
            return TensorPrimitives.Dot(hidden, _values.AsSpan((_inputs + 1) * Hidden, Hidden)) + _values[^1];
        }

        public void Step(RowTable features, float[] targets, ReadOnlySpan<int> rows, bool isNumber)
        {
            Array.Clear(_gradient);
            foreach (int row in rows)
            {
                float score = Score(features[row]);
                // The slope of both losses: prediction minus target.
                float slope = ((isNumber ? score : 1 / (1 + MathF.Exp(-score))) - targets[row]) / rows.Length;
                Return(features[row], slope);
            }
            Adam();
        }

        private void Return(ReadOnlySpan<float> row, float slope)
        {
            var second = _values.AsSpan((_inputs + 1) * Hidden, Hidden);
            var gSecond = _gradient.AsSpan((_inputs + 1) * Hidden, Hidden);
            TensorPrimitives.MultiplyAdd(_hidden, slope, gSecond, gSecond);
            _gradient[^1] += slope;
            for (int h = 0; h < Hidden; h++)
                _back[h] = _hidden[h] > 0 ? slope * second[h] : 0;
            var gBias = _gradient.AsSpan(_inputs * Hidden, Hidden);
            TensorPrimitives.Add(gBias, _back, gBias);
            for (int i = 0; i < row.Length; i++)
            {
                var g = _gradient.AsSpan(i * Hidden, Hidden);
                if (row[i] != 0)
                    TensorPrimitives.MultiplyAdd(_back, row[i], g, g);
            }
        }

        private void Adam()
        {
            _steps++;
            float rate = LearningRate * MathF.Sqrt(1 - MathF.Pow(0.999f, _steps)) / (1 - MathF.Pow(0.9f, _steps));
            for (int i = 0; i < _values.Length; i++)
            {
                float g = _gradient[i];
                _mean[i] = 0.9f * _mean[i] + 0.1f * g;
                _square[i] = 0.999f * _square[i] + 0.001f * g * g;
                _values[i] -= rate * _mean[i] / (MathF.Sqrt(_square[i]) + 1e-8f) + LearningRate * WeightDecay * _values[i];
            }
        }
    }
}
