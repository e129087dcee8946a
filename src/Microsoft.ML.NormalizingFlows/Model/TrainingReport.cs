namespace Microsoft.ML.NormalizingFlows;

/// <summary>What came out of training a flow. Saved with the model.</summary>
/// <example>
/// <code>
/// TrainingReport report = model.LastTransformer.Report;
/// Console.WriteLine($"{report.ValidationLogDensity:F3} nats on {report.ValidationRows} held-out rows, best epoch {report.BestEpoch} of {report.Epochs}");
/// </code>
/// </example>
public sealed record TrainingReport
{
    /// <summary>Rows trained on.</summary>
    public required long TrainingRows { get; init; }

    /// <summary>Rows held out for validation; 0 where there were too few rows to hold any out.</summary>
    public required long ValidationRows { get; init; }

    /// <summary>Epochs run, a pass over the training rows each; on long tables, where <see cref="TrainingOptions.Epochs"/> is null, a part of one.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept; 0 where training was cancelled before the first ended.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Gradient steps taken.</summary>
    public required long Steps { get; init; }

    /// <summary>Mean log-density of the held-out rows under the kept weights, in nats; of the training rows where none were held out. Of a continuous latent the importance-weighted bound with 64 draws.</summary>
    public required double ValidationLogDensity { get; init; }

    /// <summary>I(x; z), what the latent state knows of a row, in nats, on the held-out rows; 0 (nothing: a plain flow) to ln K. Of a continuous latent the mean of KL(q(z|x) || p(z)), which is no less than I(x; z).</summary>
    public required double MutualInformation { get; init; }

    /// <summary>Latent states that are the most likely one for at least one in a hundred of the held-out rows' share, K / 100; of a continuous latent the dimensions whose mean varies from row to row.</summary>
    public required int StatesUsed { get; init; }

    /// <summary>How near the bound of a continuous latent is to the exact density; null for every other latent. Of an ensemble that of the flow whose latent it has.</summary>
    public ContinuousLatentBounds? LatentBounds { get; init; }

    /// <summary>Number of learned values.</summary>
    public required long Parameters { get; init; }

    /// <summary>Flows whose mean density the model is, trials that were set beside the others among them; 1 is a single flow. Epochs, steps and parameters are those of all of them, the best epoch and the latent are those of the one with the greatest held-out log-density.</summary>
    public int EnsembleSize { get; init; } = 1;

    /// <summary>
    /// The share of a mixture of Gaussians in the density beside the flows, from 0 (there is none) to 1, chosen by held-out rows (Smyth and Wolpert 1999, Linearly
    /// Combining Density Estimators via Stacking). It is above 0 only where the latent and the number of flows were left to the library, on tables up to 20,000 rows.
    /// </summary>
    public double GaussianShare { get; init; }

    /// <summary>Whether training was cancelled and the best weights so far were kept.</summary>
    public bool Cancelled { get; init; }
}
