using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Scoring;

/// <summary>The room of one thread that scores or samples: as large as a panel, however many rows there are.</summary>
internal sealed class ScoringWork<T> where T : unmanaged, ILanes<T>
{
    public ScoringWork(ManagedFlow<T> flow)
    {
        var spec = flow.Spec;
        int dimensions = Lengths.RoundUp(spec.Dimensions, T.Count), width = Lengths.RoundUp(spec.Dimensions + spec.GivenWidth, T.Count);
        Scratch = flow.CreateScratch();
        Tape = flow.CreateScoringTape();
        Shared = flow.CanShare ? flow.CreateSharedTape() : null;
        Encoder = flow.Encoder?.CreateTape();
        Points = new AlignedArray(width * Panel.Columns);
        Pairs = new AlignedArray(width * Panel.Columns);
        Best = new AlignedArray(dimensions * Panel.Columns);
        PairNumbers = new int[spec.States > 1 ? spec.States * Panel.Columns : 0];
        Conditional = new AlignedArray(spec.States * Panel.Columns);
        Posterior = new AlignedArray(spec.States * Panel.Columns);
    }

    public PanelScratch Scratch { get; }

    public PanelTape Tape { get; }

    public FlowLayerTape? Shared { get; }

    public EncoderTape? Encoder { get; }

    public ColumnStates States { get; } = new();

    /// <summary>Standardised points with their context, (D + C, columns).</summary>
    public AlignedArray Points { get; }

    /// <summary>Points with their context, once for each state, (D + C, columns).</summary>
    public AlignedArray Pairs { get; }

    /// <summary>Which pairs of points and states to compute.</summary>
    public int[] PairNumbers { get; }

    /// <summary>The points in the Gaussian space of the most likely state so far, (D, columns).</summary>
    public AlignedArray Best { get; }

    /// <summary>log p(x|k), (K, columns).</summary>
    public AlignedArray Conditional { get; private set; }

    /// <summary>p(k|x), (K, columns).</summary>
    public AlignedArray Posterior { get; private set; }

    /// <summary>Standard normals of the draws of a continuous latent, (columns, draws, d).</summary>
    public float[] Normals { get; private set; } = [];

    /// <summary>Which of the draws are from the prior, (columns, draws).</summary>
    public bool[] FromPrior { get; private set; } = [];

    /// <summary>Makes room for the draws of a continuous latent: what there is a row of for each state has one for each draw.</summary>
    public void MakeRoom(int draws, int latentDimensions)
    {
        if (FromPrior.Length >= draws * Panel.Columns)
            return;
        (Conditional, Posterior) = (new AlignedArray(draws * Panel.Columns), new AlignedArray(draws * Panel.Columns));
        (FromPrior, Normals) = (new bool[draws * Panel.Columns], new float[draws * latentDimensions * Panel.Columns]);
    }

    /// <summary>Gathers the distribution function of a panel; null where it is not asked for.</summary>
    public CumulativeSum? Cumulative { get; set; }

    /// <summary>A row: log-density, or the greatest so far.</summary>
    public AlignedArray Row { get; } = new(Panel.Columns);
}
