namespace Density.Data.Paper;

/// <summary>
/// The five data sets of Papamakarios et al. 2017 from the archive that they publish with MAF (data.zip), preprocessed as
/// theirs. A count of rows or columns that is not the published one is an error: such data would not be comparable.
/// </summary>
internal sealed record PaperSet(string Name, int Columns, int Training, int Validation, int Test, Func<DataPlace, double[][][]> Parts)
{
    public const string Source = "it is part of the archive data.zip of MAF (github.com/gpapamak/maf, zenodo.org/record/1161203); unpack it into the folder given by --root";

    public static IReadOnlyList<PaperSet> All { get; } =
    [
        new("power", 6, 1_659_917, 184_435, 204_928, Power.Parts),
        new("gas", 8, 852_174, 94_685, 105_206, Gas.Parts),
        new("hepmass", 21, 315_123, 35_013, 174_987, Hepmass.Parts),
        new("miniboone", 43, 29_556, 3_284, 3_648, Miniboone.Parts),
        new("bsds300-maf", 63, 1_000_000, 50_000, 250_000, Bsds300.Parts),
    ];

    public DensityData Load(DataPlace place)
    {
        float[][][] parts = [.. Parts(place).Select(Rows.ToFloat)];
        string found = Describe(parts[0].Length, parts[1].Length, parts[2].Length, parts[0][0].Length);
        string published = Describe(Training, Validation, Test, Columns);
        return found == published
            ? new DensityData(Name, parts[0], parts[1], parts[2])
            : throw new InvalidDataException($"{Name} should have {published}, but has {found} after preprocessing: the files are not those of the archive.");
    }

    /// <summary>MAF's split of rows that are one table in the right order.</summary>
    public static double[][][] Split(double[][] rows)
    {
        var (training, validation, test) = Rows.Tails(rows);
        return [training, validation, test];
    }

    private static string Describe(int training, int validation, int test, int columns) =>
        FormattableString.Invariant($"{training:N0} / {validation:N0} / {test:N0} rows of {columns} columns");
}
