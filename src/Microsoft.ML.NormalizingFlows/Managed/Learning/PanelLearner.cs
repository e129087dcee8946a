using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// What learners on the CPU have in common. A batch is cut into panels, which threads share out by number; each thread adds to a gradient of its
/// own, and these are added in order: the same number of threads gives the same result to the last bit. AdamW takes the step. Once warm, a step on
/// one thread allocates nothing.
/// </summary>
internal abstract class PanelLearner<T> : IDisposable where T : unmanaged, ILanes<T>
{
    /// <summary>Vectors shorter than this are passed over faster by one thread than shared out.</summary>
    private const int WorthSharing = 1 << 19;

    private readonly FlowVectors _values;
    private readonly double _weightDecay, _gradientClip;
    private readonly TrainingGroup? _group;
    private readonly WorkerTeam _team;
    private readonly Action<int> _addPanels, _addGradients, _update;

    // The step that the team works on.
    private int _first, _end, _panelRows;
    private AdamStep _adam;

    /// <param name="values">What is learned.</param>
    /// <param name="weightDecay">Decoupled weight decay (AdamW), 0 or more; 0 is Adam.</param>
    /// <param name="gradientClip">The largest norm of a gradient; infinite for any.</param>
    /// <param name="threads">1 or more.</param>
    /// <param name="group">Processes that share a batch; null for this one alone.</param>
    protected PanelLearner(FlowVectors values, double weightDecay, double gradientClip, int threads, TrainingGroup? group)
    {
        (_values, _weightDecay, _gradientClip, _group) = (values, weightDecay, gradientClip, group);
        _team = new WorkerTeam(threads);
        Mean = new AlignedArray(values.Learned.Length);
        Square = new AlignedArray(values.Learned.Length);
        _addPanels = AddPanels;
        _addGradients = AddGradients;
        _update = Update;
    }

    /// <summary>The running mean of the gradient.</summary>
    protected AlignedArray Mean { get; }

    /// <summary>That of its square.</summary>
    protected AlignedArray Square { get; }

    /// <summary>Steps taken.</summary>
    protected long Steps { get; set; }

    public virtual void Dispose() => _team.Dispose();

    /// <summary>The gradient of a thread; that of thread 0 becomes the sum.</summary>
    protected abstract FlowVectors Gradient(int thread);

    /// <summary>The sum of the losses of the rows of a thread.</summary>
    protected abstract double Loss(int thread);

    /// <summary>Forgets the gradient and the loss of a thread.</summary>
    protected abstract void Clear(int thread);

    /// <summary>Adds the gradient and the loss of <paramref name="count"/> rows of the batch, from <paramref name="start"/> on, to those of a thread.</summary>
    protected abstract void AddPanel(int thread, int start, int count);

    /// <summary>Hands the gradient by what is derived back to what is learned.</summary>
    protected abstract void Return(FlowVectors gradient);

    /// <summary>Derives what kernels read from what is learned.</summary>
    protected abstract void Derive();

    /// <summary>The mean loss of a batch; its gradient by all that is learned is kept.</summary>
    /// <param name="count">Rows of the batch, 1 or more.</param>
    protected double Differentiate(int count)
    {
        (_first, _end) = _group?.Share(count) ?? (0, count);
        // As many panels for each thread, all about as large.
        int own = Math.Max(1, _end - _first), panels = Lengths.RoundUp((own + Panel.Columns - 1) / Panel.Columns, _team.Size);
        _panelRows = Math.Min(Panel.Columns, Lengths.RoundUp((own + panels - 1) / panels, T.Count));
        _team.Run(_addPanels);
        var total = Gradient(0);
        if (_team.Size > 1)
            Share(_addGradients, total.Learned.Length);
        double loss = 0;
        for (int thread = 0; thread < _team.Size; thread++)
            loss += Loss(thread);
        if (_group is not null)
        {
            _group.Sum(total.Learned);
            _group.Sum(total.Derived);
            loss = _group.Sum(loss);
        }
        Return(total);
        return loss / count;
    }

    /// <summary>Goes one step down the gradient that <see cref="Differentiate"/> left.</summary>
    /// <param name="loss">What it returned.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <returns>The loss; NaN where it or the gradient is not finite and the step is left out.</returns>
    protected double Descend(double loss, double learningRate)
    {
        var gradient = Gradient(0).Learned;
        double norm = Math.Sqrt(AdamKernel<T>.SquaredNorm(gradient));
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            return double.NaN;
        Steps++;
        _adam = new AdamStep(Steps, learningRate, _weightDecay, norm, _gradientClip);
        Share(_update, gradient.Length);
        Derive();
        return loss;
    }

    private void AddPanels(int thread)
    {
        Clear(thread);
        for (int start = _first + thread * _panelRows; start < _end; start += _team.Size * _panelRows)
            AddPanel(thread, start, Math.Min(_panelRows, _end - start));
    }

    private void AddGradients(int thread)
    {
        var total = Gradient(0);
        var learned = Part(total.Learned.Length, thread);
        var derived = Part(total.Derived.Length, thread);
        for (int i = 1; i < _team.Size; i++)
        {
            var other = Gradient(i);
            TensorPrimitives.Add(total.Learned[learned], other.Learned[learned], total.Learned[learned]);
            TensorPrimitives.Add(total.Derived[derived], other.Derived[derived], total.Derived[derived]);
        }
    }

    private void Update(int thread)
    {
        var part = Part(_values.Learned.Length, thread);
        AdamKernel<T>.Update(_adam, _values.Learned[part], Gradient(0).Learned[part], Mean.Span[part], Square.Span[part]);
    }

    // Runs work on all parts of vectors, on all threads where they are long.
    private void Share(Action<int> work, int length)
    {
        if (length >= WorthSharing)
        {
            _team.Run(work);
            return;
        }
        for (int thread = 0; thread < _team.Size; thread++)
            work(thread);
    }

    private Range Part(int length, int thread)
    {
        int share = Lengths.RoundUp((length + _team.Size - 1) / _team.Size, T.Count);
        return Math.Min(length, thread * share)..Math.Min(length, (thread + 1) * share);
    }
}
