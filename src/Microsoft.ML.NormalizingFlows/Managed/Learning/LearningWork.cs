using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// The room of one thread that trains, and the panel of rows that it holds at the moment. Tapes are made when they are first
/// needed; states beyond <see cref="MaximumTapes"/> take turns with the last.
/// </summary>
internal sealed class LearningWork<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Numbers in the tapes of a thread at most, 64 Mi: 256 MiB.</summary>
    private const long MaximumTapeNumbers = 1L << 26;

    private readonly ManagedModel<T> _model;
    private readonly List<PanelTape> _tapes = [];

    public LearningWork(ManagedModel<T> model)
    {
        _model = model;
        var spec = model.Spec;
        int dimensions = Lengths.RoundUp(spec.Dimensions, T.Count), hidden = Lengths.RoundUp(model.Flow.HiddenUnits, T.Count);
        int width = Lengths.RoundUp(spec.Dimensions + spec.GivenWidth, T.Count), latent = spec.Latent.Dimensions;
        int states = Lengths.RoundUp(spec.States, T.Count);
        Gradient = model.Flow.CreateVectors();
        Scratch = model.Flow.CreateScratch();
        Room = new GradientRoom(dimensions, hidden);
        Shared = model.Flow.CanShare ? new SharedGradient(model.Flow.CreateSharedTape(), dimensions, hidden) : null;
        Encoder = model.Flow.Encoder?.CreateTape();
        Points = new AlignedArray(width * Panel.Columns);
        PairPoints = new AlignedArray(width * Panel.Columns);
        PairNumbers = new int[spec.States * Panel.Columns];
        Conditional = new AlignedArray(states * Panel.Columns);
        Shares = new AlignedArray(states * Panel.Columns);
        Context = new AlignedArray(Lengths.RoundUp(Math.Max(spec.States, 2 * latent), T.Count) * Panel.Columns);
        Given = new AlignedArray(spec.GivenWidth * Panel.Columns);
        long perTape = Math.Max(1, CreateTape().Length);
        MaximumTapes = (int)Math.Clamp(MaximumTapeNumbers / perTape, 1, spec.States);
    }

    public FlowVectors Gradient { get; }

    public PanelScratch Scratch { get; }

    public GradientRoom Room { get; }

    /// <summary>What all states share; null where they share nothing.</summary>
    public SharedGradient? Shared { get; }

    public EncoderTape? Encoder { get; }

    public ColumnStates States { get; } = new();

    /// <summary>Standardised points with their context, (D + C, columns).</summary>
    public AlignedArray Points { get; }

    /// <summary>The points of pairs of rows and states, with their context, (D + C, columns).</summary>
    public AlignedArray PairPoints { get; }

    /// <summary>Room for the number of each pair of a row and a state.</summary>
    public int[] PairNumbers { get; }

    /// <summary>(K, columns): log p(x|k), or logits.</summary>
    public AlignedArray Conditional { get; }

    /// <summary>(K, columns): probabilities of states.</summary>
    public AlignedArray Shares { get; }

    /// <summary>(K, columns): a gradient by logits or by relaxed states; (2 d, columns) by those of a continuous latent.</summary>
    public AlignedArray Context { get; }

    /// <summary>(C + d, columns): a gradient by what layers are given.</summary>
    public AlignedArray Given { get; }

    /// <summary>A row for each of log-density, weight and the sum of a softmax.</summary>
    public AlignedArray Row { get; } = new(Panel.Columns);

    public AlignedArray Weights { get; } = new(Panel.Columns);

    /// <summary>Tapes that may exist.</summary>
    public int MaximumTapes { get; }

    /// <summary>The first row of the panel within the batch.</summary>
    public int Start { get; private set; }

    /// <summary>Rows of the panel.</summary>
    public int Count { get; private set; }

    /// <summary>Columns in use, whole registers.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows of the batch.</summary>
    public int BatchRows { get; private set; }

    /// <summary>The sum over the rows so far of what is reported.</summary>
    public double Loss { get; set; }

    /// <summary>The tape of a state, or one that several states take turns with.</summary>
    public PanelTape Tape(int state)
    {
        int index = Math.Min(state, MaximumTapes - 1);
        while (_tapes.Count <= index)
            _tapes.Add(CreateTape());
        return _tapes[index];
    }

    /// <summary>Whether no other state takes turns with the tape of a state.</summary>
    public bool HasOwnTape(int state) => state < MaximumTapes - 1 || _model.Spec.States <= MaximumTapes;

    /// <summary>Forgets the gradient of the step before.</summary>
    public void Clear()
    {
        Gradient.Clear();
        Loss = 0;
    }

    /// <summary>Takes up <paramref name="count"/> rows of a batch of <paramref name="batchRows"/>.</summary>
    public void Load(ReadOnlySpan<float> batch, int batchRows, int start, int count)
    {
        (Start, Count, BatchRows) = (start, count, batchRows);
        Columns = Lengths.RoundUp(count, T.Count);
        _model.Standardization.Load(batch[(start * _model.Spec.RowWidth)..], count, Points.Span, Columns);
    }

    private PanelTape CreateTape() => _model.Flow.CreateTape();
}
