using Benchmarks.Shared;
using Density.Data.Files;

namespace Density.Data.Paper;

/// <summary>
/// Gas sensors under ethylene and CO: time and both concentrations dropped, then one of each pair of columns that correlate by
/// more than 0.98; standardised; the last tenth is the test.
/// </summary>
/// <remarks>
/// The archive has a pickle of pandas, which only Python opens: <c>pandas.read_pickle("ethylene_CO.pickle").to_numpy()</c> saved as
/// gas/data.npy gives MAF's own rows. UCI's ethylene_CO.txt serves as well: as for the pickle, a quarter of its rows is drawn,
/// but MAF's draw is not recorded, so the counts agree and the rows do not.
/// </remarks>
internal static class Gas
{
    private const string Source = "save the archive's pickle from Python, numpy.save('gas/data.npy', pandas.read_pickle('gas/ethylene_CO.pickle').to_numpy()), "
        + "or put UCI's original ethylene_CO.txt beside it (archive.ics.uci.edu/dataset/322)";

    public static double[][][] Parts(DataPlace place)
    {
        string text = Path.Combine(place.Folder ?? Path.Combine(place.Root, "gas"), "ethylene_CO.txt");
        string array = Path.ChangeExtension(Path.Combine(Path.GetDirectoryName(text)!, "data"), ".npy");
        if (!File.Exists(array) && File.Exists(text))
            return Parts(Quarter(DataPlace.Read(text, path => NumberLines.Read(path, skip: 3))));
        double[][] rows = DataPlace.Read(place.Find("gas", "data.npy", Source), NpyReader.Read<double>);
        return Parts(rows[0].Length == 19 ? Rows.Keep(rows, [.. Enumerable.Range(3, 16)]) : rows);
    }

    /// <summary>Of the rows of the sensors alone.</summary>
    public static double[][][] Parts(double[][] sensors)
    {
        double[][] rows = Rows.Keep(sensors, Rows.Uncorrelated(sensors, 0.98));
        Rows.Standardize(rows, rows, degreesLost: 1);
        return PaperSet.Split(rows);
    }

    private static double[][] Quarter(double[][] rows)
    {
        new NumpyRandom(42).Shuffle(rows);
        return rows[..(int)Math.Round(0.25 * rows.Length)];
    }
}
