using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>Learns one number of a row from its features: whether a label is true (0 or 1), or a number.</summary>
internal interface IRowModel
{
    /// <summary>Trains on rows and scores others; greater is more likely true, or the number itself.</summary>
    /// <param name="features">Rows to train on.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="isNumber">Whether labels are numbers and not 0 or 1.</param>
    /// <param name="others">Rows to score.</param>
    double[] FitAndScore(RowTable features, float[] labels, bool isNumber, RowTable others);
}

/// <summary>
/// A network of one hidden layer of rectified units, trained by AdamW on the logistic loss, or on squares where labels are numbers. Features that
/// are 0 cost nothing, which most are. A tenth of the rows chooses the epoch.
/// </summary>
internal sealed class SmallNetwork(ulong seed, CancellationToken cancellation) : IRowModel
{
    private const int Hidden = 64, Batch = 128, Epochs = 40, Patience = 4, MinimumSteps = 1_500;
    private const double LearningRate = 2e-3, WeightDecay = 1e-5, MinimumGain = 1e-4;

    public double[] FitAndScore(RowTable features, float[] labels, bool isNumber, RowTable others) => ManagedEngine.Lanes switch
    {
        16 => FitAndScore<Lanes512>(features, labels, isNumber, others),
        8 => FitAndScore<Lanes256>(features, labels, isNumber, others),
        _ => FitAndScore<Lanes128>(features, labels, isNumber, others),
    };

    private double[] FitAndScore<T>(RowTable features, float[] labels, bool isNumber, RowTable others) where T : unmanaged, ILanes<T>
    {
        float mean = isNumber ? labels.Average() : 0;
        float deviation = isNumber ? MathF.Sqrt(labels.Average(label => (label - mean) * (label - mean))) : 1;
        if (deviation == 0)
            deviation = 1;
        float[] targets = [.. labels.Select(label => (label - mean) / deviation)];
        using var training = new Learner<T>(features, targets, isNumber, RandomStream.For(seed, "small network"));
        int epochs = Math.Max(Epochs, MinimumSteps * Batch / training.Rows);
        var settings = new TrainingSettings { Cancellation = cancellation, WhenCancelled = WhenCancelled.Throw };
        new EpochLoop(settings, log: null) { Epochs = epochs, Patience = Patience * Math.Max(1, epochs / Epochs), MinimumGain = MinimumGain }.Run(training);
        float[] scores = training.Best(others);
        return [.. scores.Select(score => (double)(mean + deviation * score))];
    }

    /// <summary>The network and its training.</summary>
    private sealed class Learner<T> : PanelLearner<T>, IEpochTraining where T : unmanaged, ILanes<T>
    {
        private readonly RowTable _features;
        private readonly float[] _targets;
        private readonly bool _isNumber;
        private readonly RandomStream _random;
        private readonly int[] _training, _heldOut;
        private readonly int _inputs;

        /// <summary>First layer (D, H), its biases (H), second layer (H), its bias.</summary>
        private readonly FlowVectors _values, _gradient;
        private readonly float[] _hidden = new float[Hidden], _back = new float[Hidden];
        private float[] _best;
        private ReadOnlyMemory<int> _batch;
        private double _loss;

        public Learner(RowTable features, float[] targets, bool isNumber, RandomStream random)
            : this(features, targets, isNumber, random, Vectors(features.Dimensions))
        {
        }

        private Learner(RowTable features, float[] targets, bool isNumber, RandomStream random, FlowVectors values)
            : base(values, WeightDecay, gradientClip: double.PositiveInfinity, threads: 1)
        {
            (_features, _targets, _isNumber, _random, _values) = (features, targets, isNumber, random, values);
            _inputs = features.Dimensions;
            _gradient = Vectors(_inputs);
            int[] order = [.. Enumerable.Range(0, features.Count)];
            random.Shuffle(order.AsSpan());
            int heldOut = Math.Max(1, features.Count / 10);
            (_training, _heldOut) = (order[heldOut..], order[..heldOut]);
            float scale = MathF.Sqrt(2f / Math.Max(8, _inputs / 4));
            random.FillUniform(First(_values), -scale, scale);
            random.FillUniform(Second(_values), -1 / MathF.Sqrt(Hidden), 1 / MathF.Sqrt(Hidden));
            _best = _values.Learned.ToArray();
        }

        /// <summary>Rows that are trained on.</summary>
        public int Rows => _training.Length;

        public IEnumerable<(double Loss, int Rows)> Pass(int epoch)
        {
            _random.Shuffle(_training.AsSpan());
            for (int start = 0; start < _training.Length; start += Batch)
            {
                _batch = _training.AsMemory(start, Math.Min(Batch, _training.Length - start));
                yield return (Descend(Differentiate(_batch.Length), LearningRate), _batch.Length);
            }
        }

        public HeldOutLoss Judge() =>
            new(_heldOut.Average(row => RowLoss(Score(_features[row]), _targets[row])), () => _best = _values.Learned.ToArray());

        /// <summary>The scores of rows by the best weights.</summary>
        public float[] Best(RowTable rows)
        {
            _best.CopyTo(_values.Learned);
            return [.. Enumerable.Range(0, rows.Count).Select(row => Score(rows[row]))];
        }

        protected override FlowVectors Gradient(int thread) => _gradient;

        protected override double Loss(int thread) => _loss;

        protected override void Clear(int thread)
        {
            _gradient.Clear();
            _loss = 0;
        }

        protected override void AddPanel(int thread, int start, int count)
        {
            foreach (int row in _batch.Span.Slice(start, count))
            {
                float score = Score(_features[row]);
                _loss += RowLoss(score, _targets[row]);
                // The slope of both losses: prediction minus target.
                float slope = (_isNumber ? score : 1 / (1 + MathF.Exp(-score))) - _targets[row];
                if (Math.Abs(slope) > Negligible.Share)
                    Backward(_features[row], slope / _batch.Length);
            }
        }

        protected override void Return(FlowVectors gradient)
        {
        }

        protected override void Derive()
        {
        }

        private double RowLoss(float score, float target) =>
            _isNumber ? 0.5 * (score - target) * (score - target) : Math.Max(score, 0) - score * target + Math.Log(1 + Math.Exp(-Math.Abs(score)));

        private float Score(ReadOnlySpan<float> row)
        {
            var first = First(_values);
            Span<float> hidden = _hidden;
            Biases(_values).CopyTo(hidden);
            for (int i = 0; i < row.Length; i++)
            {
                if (row[i] != 0)
                    TensorPrimitives.MultiplyAdd(first.Slice(i * Hidden, Hidden), row[i], hidden, hidden);
            }
            TensorPrimitives.Max(hidden, 0f, hidden);
            return TensorPrimitives.Dot(hidden, Second(_values)) + Bias(_values);
        }

        private void Backward(ReadOnlySpan<float> row, float slope)
        {
            var second = Second(_values);
            TensorPrimitives.MultiplyAdd(_hidden, slope, Second(_gradient), Second(_gradient));
            Bias(_gradient) += slope;
            for (int h = 0; h < Hidden; h++)
                _back[h] = _hidden[h] > 0 ? slope * second[h] : 0;
            TensorPrimitives.Add(Biases(_gradient), _back, Biases(_gradient));
            var first = First(_gradient);
            for (int i = 0; i < row.Length; i++)
            {
                var g = first.Slice(i * Hidden, Hidden);
                if (row[i] != 0)
                    TensorPrimitives.MultiplyAdd(_back, row[i], g, g);
            }
        }

        private static FlowVectors Vectors(int inputs) => new(Lengths.RoundUp((inputs + 2) * Hidden + 1, T.Count), 0);

        private Span<float> First(FlowVectors vectors) => vectors.Learned[..(_inputs * Hidden)];

        private Span<float> Biases(FlowVectors vectors) => vectors.Learned.Slice(_inputs * Hidden, Hidden);

        private Span<float> Second(FlowVectors vectors) => vectors.Learned.Slice((_inputs + 1) * Hidden, Hidden);

        private ref float Bias(FlowVectors vectors) => ref vectors.Learned[(_inputs + 2) * Hidden];
    }
}
