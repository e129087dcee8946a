namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>The size of an image. Its values stand channel after channel, each row by row.</summary>
internal sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>D, the number of values.</summary>
    public int Values => Channels * Height * Width;

    public int Pixels => Height * Width;

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}
