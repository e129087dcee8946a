namespace FraudSample;

/// <summary>What the detector adds to a payment.</summary>
internal sealed class JudgedPayment
{
    public float Label { get; set; }

    public float Score { get; set; }

    public bool PredictedLabel { get; set; }

    public float PValue { get; set; }
}
