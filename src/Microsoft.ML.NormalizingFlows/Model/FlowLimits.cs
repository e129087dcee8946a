namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The largest sizes that options and model files may ask for: far above what is of use, low enough that a mistyped number
/// or a hostile file is refused instead of filling the memory.
/// </summary>
internal static class FlowLimits
{
    public const int Dimensions = 16_384;
    public const int States = 1_024;
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
