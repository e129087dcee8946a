using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The latents that validation chooses from where the user names none. On wide or small tables a latent costs more than it
/// gives, and a plain flow is best; on large tables of few columns, states that are the Gaussians of a mixture are worth some tenths of
/// a nat (see benchmarks/README.md). A training of each tells which, and the better one stays.
/// </summary>
internal static class LatentChoice
{
    /// <summary>Rows up to which an ensemble is the default: there, flows differ most by what they overfit to.</summary>
    public const int FewRows = 20_000;

    /// <summary>Members of an ensemble by default.</summary>
    public const int EnsembleSize = 3;

    /// <summary>Gaussians of the base by default: they cost next to no time and gain a little on most tables.</summary>
    public const int BaseComponents = 10;

    /// <summary>
    /// The map of a flow without states: on small tables, where it is the choice, it is better than splines by a tenth of a nat to some nats, for one and a half times
    /// the work. Under states that are Gaussians it is not, at equal time; there the map stays as it is, and in wide tables, where its memory would grow.
    /// </summary>
    public const FlowMap PlainMap = FlowMap.MixtureOfLogistics;

    /// <summary>Gradient steps of a usual flow where the user names no number of epochs.</summary>
    public const int Steps = 2_500;

    /// <summary>The weight decay of the trial that is made where a plain flow overfits.</summary>
    public const double WeightDecay = 0.5;

    /// <summary>Layers of a flow of a wide table: each feature is mapped once.</summary>
    public const int WideLayers = 2;

    /// <summary>The rank of the linear maps of a wide table.</summary>
    public const int WideRank = 64;

    /// <summary>Steps of a wide table at least, where the user names no number of epochs.</summary>
    private const int MinimumWideSteps = 400;

    private const double MinimumDropout = 0.1;

    private const int MinimumStates = 5;

    /// <summary>
    /// What to try for a table of <paramref name="rows"/> rows; the first is the plain flow. Gaussians of the rows know no context: where one is given,
    /// it is the only one.
    /// </summary>
    public static IReadOnlyList<FlowArchitecture> Candidates(FlowArchitecture architecture, long rows, bool choosesMap)
    {
        var asked = architecture with { States = 1, StateStandardization = false, MixtureLatent = false };
        bool wide = architecture.Dimensions > FlowLimits.WideTable;
        var plain = choosesMap && !wide ? asked with { Map = PlainMap } : asked;
        bool isPlain = !BearsStates(rows) || architecture.Context > 0 || wide;
        return isPlain ? [plain] : [plain, asked with { States = States(rows), StateStandardization = true, MixtureLatent = true }];
    }

    /// <summary>Whether so many rows bear a trial of states that are Gaussians.</summary>
    public static bool BearsStates(long rows) => States(rows) >= MinimumStates;

    /// <summary>A flow with some dropout: it overfits later, so that it can be trained longer.</summary>
    public static FlowArchitecture WithDropout(FlowArchitecture flow) => flow with { Dropout = Math.Max(MinimumDropout, flow.Dropout) };

    /// <summary>
    /// The settings for rows of so many features: in a wide table a step takes time in proportion to their number, and a flow that starts as the
    /// Gaussian of the rows needs fewer.
    /// </summary>
    public static TrainingSettings ForWidth(TrainingSettings settings, FlowSpec spec) => spec.Dimensions <= FlowLimits.WideTable || spec.Latent is MixtureLatentSpec
        ? settings
        : settings with
        {
            Steps = Math.Min(settings.Steps, Math.Max(MinimumWideSteps, (int)((long)settings.Steps * FlowLimits.WideTable / spec.Dimensions))),
            StartsFromGaussian = true,
        };

    // As many as have a hundred rows each, up to forty; beyond, as many as have four hundred, up to eighty.
    private static int States(long rows) => (int)Math.Max(Math.Min(40, rows / 100), Math.Min(80, rows / 400));

    /// <summary>What a candidate is called in messages.</summary>
    public static string Name(FlowArchitecture candidate) =>
        candidate.LatentDimensions > 0 ? $"a continuous latent of {candidate.LatentDimensions} dimensions"
        : candidate.States == 1 ? "a plain flow" : $"{candidate.States} latent states that are Gaussians";
}
