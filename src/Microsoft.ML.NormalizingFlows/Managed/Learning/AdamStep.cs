namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>The numbers of one step of AdamW (Loshchilov and Hutter 2019) with a clipped gradient norm.</summary>
internal readonly struct AdamStep
{
    public const float Beta1 = 0.9f;
    public const float Beta2 = 0.999f;
    public const float Epsilon = 1e-8f;

    /// <summary>1 - b1 and 1 - b2, which float32 would round when it subtracts.</summary>
    public const float Fresh1 = 0.1f, Fresh2 = 0.001f;

    /// <param name="number">Of the step, from 1.</param>
    /// <param name="learningRate">r.</param>
    /// <param name="weightDecay">w.</param>
    /// <param name="norm">|g|.</param>
    /// <param name="mostNorm">The largest norm that is let through.</param>
    public AdamStep(long number, double learningRate, double weightDecay, double norm, double mostNorm)
    {
        Clip = (float)Math.Min(1, mostNorm / (norm + 1e-6));
        Kept = (float)(1 - learningRate * weightDecay);
        Unbiased = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, number)));
        Rate = (float)(learningRate / (1 - Math.Pow(0.9, number)));
    }

    /// <summary>What the gradient is multiplied with.</summary>
    public float Clip { get; }

    /// <summary>1 - r w.</summary>
    public float Kept { get; }

    /// <summary>1 / sqrt(1 - b2^t).</summary>
    public float Unbiased { get; }

    /// <summary>r / (1 - b1^t).</summary>
    public float Rate { get; }
}
