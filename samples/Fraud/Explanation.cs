namespace FraudSample;

/// <summary>Why a payment is odd.</summary>
internal sealed class Explanation
{
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public float Score { get; set; }

    public float PValue { get; set; }

    public float[] FeatureContributions { get; set; } = [];

    public float[] ExpectedFeatures { get; set; } = [];
}
