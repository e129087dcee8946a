using Density.Models;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace Density.Runs;

/// <summary>All that is kept of a run, so that a table can be made, and the run repeated, without anything else.</summary>
internal sealed record RunRecord
{
    public int Format { get; init; } = 2;

    public required string Data { get; init; }

    public required string Model { get; init; }

    public required int Seed { get; init; }

    /// <summary>The command's arguments.</summary>
    public required string Command { get; init; }

    /// <summary>Every setting by name, as told from other runs.</summary>
    public required SortedDictionary<string, string> Settings { get; init; }

    /// <summary>The options of the flow; null for a model without one.</summary>
    public NormalizingVariationalFlowOptions? ModelOptions { get; init; }

    /// <summary>The commit of the repository; null outside one.</summary>
    public string? Commit { get; init; }

    public required string DataChecksum { get; init; }

    public required int TrainingRows { get; init; }

    public required int ValidationRows { get; init; }

    public required int TestRows { get; init; }

    public required int Columns { get; init; }

    /// <summary>The entropy of the distribution where it is known.</summary>
    public double? Entropy { get; init; }

    /// <summary>Mean NLL of the whole test set in nats, exact, and two standard errors over its rows.</summary>
    public required Estimate TestNll { get; init; }

    /// <summary>The mean of the negative evidence lower bound, where there is a latent.</summary>
    public Estimate? NegativeElbo { get; init; }

    /// <summary>The largest ELBO - log p(x) of a row: above rounding it would be a bug.</summary>
    public double? MaximumElboExcess { get; init; }

    /// <summary>What fitting gave: parameters, seconds, epochs, steps, I(x;z), states used, learning curve.</summary>
    public required FitSummary Fit { get; init; }

    public double? ScoringSeconds { get; init; }
}

/// <summary>A record and the log-densities of the test rows, in their order.</summary>
internal sealed record FinishedRun(RunRecord Record, double[] LogDensities);
