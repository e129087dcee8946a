using System.Globalization;
using Benchmarks.Shared;
using Density.Data.Files;
using Density.Data.Paper;
using Samples.Shared.Tables;

namespace Density.Data;

/// <summary>
/// Tables of the user's own: three files as they are, or one that is shuffled by a constant seed and split. Values are not
/// changed, so densities are in the units of the file. Of a CSV file with a header the numeric columns are taken, and rows that
/// miss a value left out.
/// </summary>
internal static class FileSets
{
    private const uint Shuffle = 42;

    public static DensityData Three(string training, string validation, string test) =>
        new(Name(training), Read(training), Read(validation), Read(test));

    public static DensityData One(string file, string fractions)
    {
        double[] shares = [.. fractions.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        if (shares.Length != 3 || shares.Any(share => share is not (> 0 and < 1)) || Math.Abs(shares.Sum() - 1) > 1e-6)
            throw new ArgumentException($"--fractions {fractions}: three shares that sum to 1 are needed, such as 0.8,0.1,0.1.");
        float[][] rows = Read(file);
        new NumpyRandom(Shuffle).Shuffle(rows);
        int training = (int)(shares[0] * rows.Length), validation = (int)(shares[1] * rows.Length);
        return new DensityData(Name(file), rows[..training], rows[training..(training + validation)], rows[(training + validation)..]);
    }

    private static float[][] Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.");
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            return DataPlace.Read(path, NpyReader.Read<float>);
        return DataPlace.Read(path, file => NumberLines.HasNoHeader(file) ? Rows.ToFloat(NumberLines.Read(file)) : [.. NumericTable.Read(file).Rows]);
    }

    private static string Name(string path) => Path.GetFileName(path).Split('.')[0];
}
