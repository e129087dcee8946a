using Benchmarks.Shared;

namespace Density.Data.Paper;

/// <summary>
/// Particle identification, the signal alone. The archive's data.npy is already without the eleven outliers and the repeating
/// columns and in the order of the split; what is left is to standardise by the rows that are not test.
/// </summary>
internal static class Miniboone
{
    public static double[][][] Parts(DataPlace place)
    {
        double[][] rows = DataPlace.Read(place.Find("miniboone", "data.npy", PaperSet.Source), NpyReader.Read<double>);
        var parts = PaperSet.Split(rows);
        Rows.Standardize(rows, [.. parts[0], .. parts[1]], degreesLost: 0);
        return parts;
    }
}
