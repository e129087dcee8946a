using Density.Data.Files;
using Density.Data.Paper;

namespace Density.Data;

/// <summary>
/// UCI tables as Uria et al. 2013 prepare them for density: discrete columns go (here: fewer values than one in a hundred rows),
/// since a density has no upper bound on them, then one of each pair of columns that correlate by more than 0.98 either way.
/// Before that, rows that repeat an earlier one go: they would be in training and test alike. Shuffled by a constant seed;
/// a tenth is the test, a tenth of the rest validation; standardised by the training rows.
/// </summary>
internal static class UciTables
{
    private const int RowsPerValue = 100;
    private const uint Shuffle = 42;

    public static DensityData Protein(DataPlace place) => Load(place, "protein");

    public static DensityData Parkinsons(DataPlace place) => Load(place, "parkinsons");

    /// <summary>The same of any table; the split does not depend on the seed of a run, so that runs can be paired.</summary>
    public static DensityData Prepare(string name, double[][] table)
    {
        double[][] rows = [.. table.DistinctBy(row => string.Join(',', row))];
        new NumpyRandom(Shuffle).Shuffle(rows);
        List<int> continuous = [.. Enumerable.Range(0, rows[0].Length)
            .Where(c => rows.Select(row => row[c]).Distinct().Count() * RowsPerValue >= rows.Length)];
        rows = Rows.Keep(rows, continuous);
        rows = Rows.Keep(rows, Rows.Uncorrelated(rows, 0.98, either: true));
        var parts = Rows.Tails(rows);
        Rows.Standardize(rows, parts.Training, degreesLost: 0);
        return new DensityData(name, Rows.ToFloat(parts.Training), Rows.ToFloat(parts.Validation), Rows.ToFloat(parts.Test));
    }

    private static DensityData Load(DataPlace place, string name)
    {
        string path = place.Find("", name + ".csv.gz", "it lies in shared/data/density beside the repository; --root names another folder");
        return Prepare(name, DataPlace.Read(path, file => NumberLines.Read(file)));
    }
}
