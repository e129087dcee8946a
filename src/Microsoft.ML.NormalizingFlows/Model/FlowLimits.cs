namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The largest sizes that options and model files may ask for: far above what is of use, low enough that a mistyped number
/// or a hostile file is refused instead of filling the memory.
/// </summary>
internal static class FlowLimits
{
    /// <summary>A linear map of D features has D² weights, and a step of training multiplies such matrices: above, on the CPU, a pass takes many minutes.</summary>
    public const int Dimensions = 2_048;

    /// <summary>Above so many features one layer does: its two linear maps have millions of weights, and many of them in a row diverge.</summary>
    public const int WideTable = 512;

    /// <summary>Learned values of one flow, 1 GiB of them: what numbers them is an Int32, and training needs four times the room.</summary>
    public const long Values = 1 << 28;

    public const int States = 1_024;
    public const int LatentDimensions = 256;
    public const int Members = 64;
    public const int Layers = 128;
    public const int LayersOfAnyKind = 4 * Layers;
    public const int HiddenUnits = 8_192;
    public const int Blocks = 32;
    public const int MinimumBins = 2;
    public const int Bins = 256;
    public const int BaseComponents = 256;
    public const int Threads = 1_024;
    public const double TailBound = 1_000;
}
