namespace Segments;

/// <summary>What the clustering says of a customer.</summary>
internal sealed class Segmented
{
    public uint PredictedLabel { get; set; }

    public float[] Probabilities { get; set; } = [];
}
