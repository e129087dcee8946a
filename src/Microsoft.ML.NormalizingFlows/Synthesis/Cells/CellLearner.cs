using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>A cell network that is being trained. For one thread at a time.</summary>
internal interface ICellLearner : IDisposable
{
    /// <summary>Goes one step down the gradient of the loss of some rows; a step that is not finite is left out.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="batch">Numbers of those of this step.</param>
    /// <param name="dropoutSeed">Decides which units are dropped.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <returns>The mean of -ln P(x) in nats; NaN where the step was left out.</returns>
    double Step(CellRows rows, ReadOnlyMemory<int> batch, uint dropoutSeed, double learningRate);
}

/// <summary>Trains a <see cref="CellNetwork{T}"/> on the mean of -ln P(x).</summary>
internal sealed class CellLearner<T> : PanelLearner<T>, ICellLearner
    where T : unmanaged, ILanes<T>
{
    private readonly CellNetwork<T> _network;
    private readonly CellPanel<T>[] _panels;
    private readonly FlowVectors[] _gradients;
    private readonly AlignedArray[] _hidden;
    private readonly double[] _losses;

    // The batch that the team works on.
    private CellRows _rows;
    private ReadOnlyMemory<int> _batch;
    private uint _dropoutSeed;

    public CellLearner(CellNetwork<T> network, TrainingSettings settings, int threads)
        : base(network.Values, settings.WeightDecay, settings.GradientClip, threads)
    {
        _network = network;
        _panels = [.. Enumerable.Range(0, threads).Select(_ => new CellPanel<T>(network))];
        _gradients = [.. Enumerable.Range(0, threads).Select(_ => network.CreateVectors())];
        _hidden = [.. Enumerable.Range(0, threads).Select(_ => new AlignedArray(Lengths.RoundUp(network.Shape.HiddenUnits, T.Count) * Panel.Columns))];
        _losses = new double[threads];
        _rows = new CellRows(network.Shape.Digits);
    }

    public double Step(CellRows rows, ReadOnlyMemory<int> batch, uint dropoutSeed, double learningRate)
    {
        (_rows, _batch, _dropoutSeed) = (rows, batch, dropoutSeed);
        return Descend(Differentiate(batch.Length), learningRate);
    }

    protected override FlowVectors Gradient(int thread) => _gradients[thread];

    protected override double Loss(int thread) => _losses[thread];

    protected override void Clear(int thread)
    {
        _gradients[thread].Clear();
        _losses[thread] = 0;
    }

    protected override void AddPanel(int thread, int start, int count)
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
            _losses[thread] += panel.LossGradient(digit, _batch.Length);
        var hidden = _hidden[thread].Span;
        _network.Conditioner.Backward(_network.Values, gradient, panel.Tape, panel.States, hidden, dropout, default, panel.Scratch);
        DenseLayer<T>.WeightGradient(
            _network.Layout.Initial, hidden, panel.Tape.Input.Span, gradient.Learned, panel.States.Columns, panel.Scratch.Rows);
    }

    protected override void Return(FlowVectors gradient)
    {
        var layout = _network.Layout;
        layout.Return(_network.Values, gradient);
        foreach (var slot in layout.Blocks.SelectMany(block => new[] { block.First, block.Second }).Append(layout.Initial).Append(layout.Final))
            DenseLayer<T>.ClearMasked(slot, gradient.Learned);
    }

    protected override void Derive() => _network.Layout.Derive(_network.Values);
}
