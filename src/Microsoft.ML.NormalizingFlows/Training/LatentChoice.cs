using Microsoft.ML.NormalizingFlows.Flows;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The latents that validation chooses from where the user names none. On wide or small tables a latent costs more than it
/// gives, and a plain flow is best; where modes have places and scales of their own, states that are each standardised on their
/// own are worth up to a nat. A training of each at about the same cost tells which.
/// </summary>
internal static class LatentChoice
{
    /// <summary>Rows up to which an ensemble is the default: there, flows differ most by what they overfit to.</summary>
    public const int FewRows = 20_000;

    /// <summary>Members of an ensemble by default.</summary>
    public const int EnsembleSize = 3;

    /// <summary>Gaussians of the base by default: they cost next to no time and gain a little on most tables.</summary>
    public const int BaseComponents = 10;

    private const int States = 5;
    private const int FewestRowsForState = 20;

    /// <summary>What to try for a table of <paramref name="rows"/> rows; the first is the plain flow.</summary>
    public static IReadOnlyList<FlowArchitecture> Candidates(FlowArchitecture architecture, long rows)
    {
        var plain = architecture with { States = 1, StateStandardization = false };
        return rows < States * FewestRowsForState
            ? [plain]
            : [plain, architecture with { States = States, StateStandardization = true }];
    }

    /// <summary>
    /// The part of the epochs that the trial of a candidate runs: a step of K states costs K times as much, so that all trials cost about
    /// the same. That of the plain flow is a whole training, and the flow can stay.
    /// </summary>
    public static double Share(FlowArchitecture candidate) => 1.0 / candidate.States;

    /// <summary>What a candidate is called in messages.</summary>
    public static string Name(FlowArchitecture candidate) =>
        candidate.States == 1 ? "a plain flow" : $"{candidate.States} latent states with shifts and scales of their own";
}
