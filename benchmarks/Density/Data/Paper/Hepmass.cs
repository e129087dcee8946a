using Density.Data.Files;

namespace Density.Data.Paper;

/// <summary>
/// Particle collisions, the signal alone: the label dropped, standardised by the training file, columns dropped whose smallest
/// value occurs more than five times; the last tenth of the training file is for validation.
/// </summary>
internal static class Hepmass
{
    private const int MaximumRepeats = 5;

    public static double[][][] Parts(DataPlace place)
    {
        double[][] training = Signal(place.Find("hepmass", "1000_train.csv", PaperSet.Source));
        return Parts(training, Signal(place.Find("hepmass", "1000_test.csv", PaperSet.Source)));
    }

    /// <summary>Of the signal rows of both files, without labels; the test file has a column more, the mass, which is cut off.</summary>
    public static double[][][] Parts(double[][] training, double[][] test)
    {
        List<int> columns = [.. Enumerable.Range(0, training[0].Length).Where(c => MinimumRepeats(training, c) <= MaximumRepeats)];
        double[][] kept = Rows.Keep(training, columns), judged = Rows.Keep(test, columns);
        double[][] moments = [.. kept.Select(row => (double[])row.Clone())];
        Rows.Standardize(kept, moments, degreesLost: 1);
        Rows.Standardize(judged, moments, degreesLost: 1);
        int validation = (int)(0.1 * kept.Length);
        return [kept[..^validation], kept[^validation..], judged];
    }

    private static double[][] Signal(string path) =>
        DataPlace.Read(path, file => NumberLines.Read(file).Where(row => row[0] == 1).Select(row => row[1..]).ToArray());

    private static int MinimumRepeats(double[][] rows, int column)
    {
        double smallest = rows.Min(row => row[column]);
        return rows.Count(row => row[column] == smallest);
    }
}
