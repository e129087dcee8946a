namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// How near the log-density of a flow with a continuous latent is to the exact one, which nobody knows: the importance-weighted bound (Burda et al. 2016,
/// Importance Weighted Autoencoders) with more and more draws, in nats, on held-out rows. It rises with the draws to the exact value: where the last two
/// are as one, little is missing.
/// </summary>
/// <example>
/// <code>
/// ContinuousLatentBounds bounds = model.LastTransformer.Report.LatentBounds!;
/// Console.WriteLine($"64 draws {bounds.Bound64:F3}, 512 draws {bounds.Bound512:F3}");
/// </code>
/// </example>
public sealed record ContinuousLatentBounds
{
    /// <summary>Held-out rows that the bounds are means of, 256 at most; training rows where none were held out.</summary>
    public required int Rows { get; init; }

    /// <summary>With one draw: the evidence lower bound, by the mean over 64 draws each of which stands alone.</summary>
    public required double Bound1 { get; init; }

    /// <summary>With 64 draws, as rows are scored.</summary>
    public required double Bound64 { get; init; }

    /// <summary>With 512 draws.</summary>
    public required double Bound512 { get; init; }

    /// <summary>The mean over rows of how many draws of equal weight the 64 are worth, from 1 to 64. Near 1 a single draw decides a score.</summary>
    public required double EffectiveSampleSize { get; init; }
}
