namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The largest sizes that options and model files may ask for: far above what is of use, low enough that a mistyped number
/// or a hostile file is refused instead of filling the memory.
/// </summary>
internal static class FlowLimits
{
    public const int Dimensions = 16_384;

    /// <summary>
    /// Above so many features a linear map has a low rank, since D² weights are more than any number of rows tells, and a step of training would
    /// multiply matrices of that size; and layers are as few as map each feature once.
    /// </summary>
    public const int WideTable = 512;

    /// <summary>Features of a linear map of full rank, or of a Gaussian, at most: either has D² weights, and time grows with D³.</summary>
    public const int FullRank = 2_048;

    public const int Rank = 128;

    /// <summary>Learned values of one flow, 1 GiB of them: what numbers them is an Int32, and training needs four times the room.</summary>
    public const long Values = 1 << 28;

    public const int States = 1_024;
    public const int LatentDimensions = 256;
    public const int Members = 64;
    public const int Layers = 128;
    public const int LayersOfAnyKind = 5 * Layers;
    public const int HiddenUnits = 8_192;
    public const int Blocks = 32;
    public const int MinimumBins = 2;
    public const int Bins = 256;
    public const int BaseComponents = 256;
    public const int Threads = 1_024;
    public const double TailBound = 1_000;
}
