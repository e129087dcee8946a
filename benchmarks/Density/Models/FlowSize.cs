namespace Density.Models;

/// <summary>
/// The size of a flow and of its training that suits a data set: for the five published sets that of Durkan et al. 2019,
/// table 5, else one that trains in minutes. A model may differ in what makes it that model, and the command line in all.
/// </summary>
internal sealed record FlowSize(int Layers, int Hidden, int Blocks, int Bins, double Dropout, int Batch, double LearningRate, int Steps)
{
    private static readonly FlowSize Small = new(5, 64, 1, 8, 0.1, 128, 3e-3, 4_000) { StopsEarly = true };

    public int States { get; init; } = 8;

    /// <summary>Whether training may end before its last step; the published ones did not, and kept the best weights on the way.</summary>
    public bool StopsEarly { get; init; }

    public static FlowSize Of(string data, bool autoregressive) => (data, autoregressive) switch
    {
        ("power", _) => new(10, 256, 2, 8, 0, 512, 5e-4, 400_000),
        ("gas", _) => new(10, 256, 2, 8, 0.1, 512, 5e-4, 400_000),
        ("hepmass", false) => new(20, 128, 1, 8, 0.2, 256, 5e-4, 400_000),
        ("hepmass", true) => new(10, 256, 2, 8, 0.2, 256, 5e-4, 400_000),
        ("miniboone", false) => new(10, 32, 1, 4, 0.2, 128, 3e-4, 200_000) { States = 10 },
        ("miniboone", true) => new(10, 64, 1, 4, 0.2, 64, 3e-4, 250_000) { States = 10 },
        ("bsds300" or "bsds300-maf", false) => new(20, 128, 1, 8, 0.2, 512, 5e-4, 400_000),
        ("bsds300" or "bsds300-maf", true) => new(10, 512, 2, 8, 0.2, 512, 5e-4, 400_000),
        _ => Small,
    };
}
