using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Managed.Learning;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// Trains a <see cref="CellNetwork{T}"/> by Adam on the mean of -ln P(x). Panels of a batch are shared out to threads by number and
/// gradients added in order: the same number of threads gives the same result to the last bit.
/// </summary>
internal sealed class CellLearner<T> : ICellLearner
    where T : unmanaged, ILanes<T>
{
    private readonly CellNetwork<T> _network;
    private readonly LearnerOptions _options;
    private readonly WorkerTeam _team;
    private readonly CellPanel<T>[] _panels;
    private readonly FlowVectors[] _gradients;
    private readonly AlignedArray[] _hidden;
    private readonly double[] _losses;
    private readonly AlignedArray _mean, _square;
    private readonly Action<int> _addPanels;
    private long _steps;

    // The batch that the team works on.
    private CellRows _rows;
    private ReadOnlyMemory<int> _batch;
    private int _panelRows;
    private uint _dropoutSeed;

    public CellLearner(CellNetwork<T> network, LearnerOptions options, int threads)
    {
        _network = network;
        _options = options;
        _team = new WorkerTeam(threads);
        _panels = [.. Enumerable.Range(0, threads).Select(_ => new CellPanel<T>(network))];
        _gradients = [.. Enumerable.Range(0, threads).Select(_ => network.CreateVectors())];
        _hidden = [.. Enumerable.Range(0, threads).Select(_ => new AlignedArray(Lengths.RoundUp(network.Shape.HiddenUnits, T.Count) * Panel.Columns))];
        _losses = new double[threads];
        _mean = new AlignedArray(network.Values.Learned.Length);
        _square = new AlignedArray(network.Values.Learned.Length);
        _rows = new CellRows(network.Shape.Digits);
        _addPanels = AddPanels;
    }

    public double Step(CellRows rows, ReadOnlyMemory<int> batch, uint dropoutSeed, double learningRate)
    {
        double loss = Differentiate(rows, batch, dropoutSeed);
        var gradient = _gradients[0].Learned;
        double norm = Math.Sqrt(AdamKernel<T>.SquaredNorm(gradient));
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            return double.NaN;
        var step = new AdamStep(++_steps, learningRate, _options.WeightDecay, norm, _options.GradientClip);
        AdamKernel<T>.Update(step, _network.Values.Learned, gradient, _mean.Span, _square.Span);
        _network.Layout.Derive(_network.Values);
        return loss;
    }

    /// <summary>The loss of a batch, as <see cref="Step"/> returns it; the gradient by all that is learned is kept.</summary>
    public double Differentiate(CellRows rows, ReadOnlyMemory<int> batch, uint dropoutSeed)
    {
        (_rows, _batch, _dropoutSeed) = (rows, batch, dropoutSeed);
        int panels = Lengths.RoundUp((batch.Length + Panel.Columns - 1) / Panel.Columns, _team.Size);
        _panelRows = Math.Min(Panel.Columns, Lengths.RoundUp((batch.Length + panels - 1) / panels, T.Count));
        _team.Run(_addPanels);
        var total = _gradients[0];
        foreach (var part in _gradients.Skip(1))
        {
            TensorPrimitives.Add(total.Learned, part.Learned, total.Learned);
            TensorPrimitives.Add(total.Derived, part.Derived, total.Derived);
        }
        var layout = _network.Layout;
        layout.Return(_network.Values, total);
        foreach (var slot in layout.Blocks.SelectMany(block => new[] { block.First, block.Second }).Append(layout.Initial).Append(layout.Final))
            DenseLayer<T>.ClearMasked(slot, total.Learned);
        return _losses.Sum() / batch.Length;
    }

    /// <summary>The gradient that <see cref="Differentiate"/> left, in the order of the learned values.</summary>
    public ReadOnlySpan<float> Gradient => _gradients[0].Learned;

    public void Dispose() => _team.Dispose();

    private void AddPanels(int thread)
    {
        _gradients[thread].Clear();
        _losses[thread] = 0;
        for (int start = thread * _panelRows; start < _batch.Length; start += _team.Size * _panelRows)
            AddPanel(thread, start, Math.Min(_panelRows, _batch.Length - start));
    }

    private void AddPanel(int thread, int start, int count)
    {
        var panel = _panels[thread];
        var gradient = _gradients[thread];
        panel.Clear(count);
        for (int row = 0; row < count; row++)
            panel.Set(row, _rows[_batch.Span[start + row]]);
        panel.States.FirstRow = (uint)start;
        bool dropout = _network.Shape.Dropout > 0;
        panel.Forward(dropout ? _dropoutSeed : null);
        for (int digit = 0; digit < _network.Shape.Digits; digit++)
            _losses[thread] += LossGradient(panel, digit, count);
        var hidden = _hidden[thread].Span;
        _network.Conditioner.Backward(_network.Values, gradient, panel.Tape, panel.States, hidden, dropout, default, panel.Scratch);
        DenseLayer<T>.WeightGradient(
            _network.Layout.Initial, hidden, panel.Tape.Input.Span, gradient.Learned, panel.States.Columns, panel.Scratch.Rows);
    }

    // The loss of one digit, and softmax - one-hot, by the size of the batch, in place of its logits.
    private double LossGradient(CellPanel<T> panel, int digit, int count)
    {
        double loss = 0;
        int size = _network.Shape.Sizes[digit];
        var shares = panel.Softmax(digit);
        TensorPrimitives.Multiply(shares, 1f / _batch.Length, shares);
        for (int row = 0; row < panel.States.Columns; row++)
        {
            short code = row < count ? panel.Codes(row)[digit] : CellShape.None;
            if (code == CellShape.None)
            {
                for (int cell = 0; cell < size; cell++)
                    shares[cell * Panel.Columns + row] = 0;
                continue;
            }
            ref float share = ref shares[code * Panel.Columns + row];
            loss -= Math.Log(Math.Max(share * (double)_batch.Length, CellLimits.MinimumProbability));
            share -= 1f / _batch.Length;
        }
        return loss;
    }
}
