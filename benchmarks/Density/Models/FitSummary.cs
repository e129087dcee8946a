namespace Density.Models;

/// <summary>What came out of fitting a model.</summary>
internal sealed record FitSummary
{
    public required long Parameters { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Processor time of the training; null where it was interrupted or done before.</summary>
    public double? ProcessorSeconds { get; init; }

    public int Epochs { get; init; }

    public long Steps { get; init; }

    public int? BestEpoch { get; init; }

    public double? ValidationNll { get; init; }

    /// <summary>I(x;z) on the validation rows in nats, where there is a latent.</summary>
    public double? MutualInformation { get; init; }

    public int? StatesUsed { get; init; }

    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>What a model of several fitted parts says as a whole.</summary>
    public static FitSummary Sum(IReadOnlyList<FitSummary> parts) => new()
    {
        Parameters = parts.Sum(part => part.Parameters),
        Seconds = parts.Sum(part => part.Seconds),
        ProcessorSeconds = parts.All(part => part.ProcessorSeconds is not null) ? parts.Sum(part => part.ProcessorSeconds) : null,
        Epochs = parts.Sum(part => part.Epochs),
        Steps = parts.Sum(part => part.Steps),
        Curve = [.. parts.SelectMany((part, i) => part.Curve.Select(point => point with { Part = i }))],
    };
}

/// <summary>One epoch of the learning curve.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Steps">Gradient steps done.</param>
/// <param name="Seconds">Time spent, interruptions not counted.</param>
/// <param name="ValidationNll">Mean NLL of the validation rows in nats.</param>
/// <param name="TrainingLoss">Mean loss over the epoch's batches.</param>
/// <param name="Part">The number of the fitted part where a model has several.</param>
/// <param name="Flow">The flow in training, from 1: trials, then the members of an ensemble.</param>
internal sealed record CurvePoint(int Epoch, long Steps, double Seconds, double ValidationNll, double TrainingLoss, int Part = 0, int Flow = 1);
