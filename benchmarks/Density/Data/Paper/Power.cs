using Benchmarks.Shared;

namespace Density.Data.Paper;

/// <summary>
/// Household power consumption: shuffled, global intensity and reactive power dropped, uniform noise of the resolution of each
/// meter added, a tenth for the test and a tenth of the rest for validation, standardised by what is not test. Shuffle and
/// noise are those of RandomState(42), in the order in which MAF draws them: voltage, active power, the three submeters.
/// </summary>
internal static class Power
{
    public static double[][][] Parts(DataPlace place)
    {
        string path = place.Find("power", "data.npy", PaperSet.Source);
        return Parts(DataPlace.Read(path, NpyReader.Read<double>), path);
    }

    /// <summary>Of the rows of data.npy: active, reactive, voltage, intensity, three submeters, time.</summary>
    public static double[][][] Parts(double[][] raw, string path)
    {
        if (raw[0].Length != 8)
            throw new InvalidDataException($"{path} has {raw[0].Length} columns, not the 8 of the archive.");
        var random = new NumpyRandom(42);
        random.Shuffle(raw);
        double[][] rows = Rows.Keep(raw, [0, 2, 4, 5, 6, 7]);
        foreach (double[] row in rows)
            row[1] += 0.01 * random.NextDouble();
        foreach (double[] row in rows)
            row[0] += 0.001 * random.NextDouble();
        foreach (double[] row in rows)
        {
            for (int c = 2; c < 5; c++)
                row[c] += random.NextDouble();
        }
        var parts = PaperSet.Split(rows);
        Rows.Standardize(rows, [.. parts[0], .. parts[1]], degreesLost: 0);
        return parts;
    }
}
