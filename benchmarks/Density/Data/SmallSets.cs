using Benchmarks.Shared;

namespace Density.Data;

/// <summary>
/// Real tables of a size that trains in minutes, split by those who made them. Where there is no validation file, the last tenth
/// of the training rows is held out. None is comparable with published figures, whose rows and columns are others.
/// </summary>
internal static class SmallSets
{
    private const string Source = "the small tables lie in shared/data/density beside the repository; --root names another folder";

    public static DensityData Miniboone40(DataPlace place) => Npy(place, "miniboone40", "miniboone40", "train40.npy", "val40.npy", "test40.npy");

    public static DensityData Power(DataPlace place) => Npy(place, "power-small", "maf_mini", "power_train.npy", null, "power_test.npy");

    public static DensityData Gas(DataPlace place) => Npy(place, "gas-small", "maf_mini", "gas_train.npy", "gas_val.npy", "gas_test.npy");

    public static DensityData Hepmass(DataPlace place) => Npy(place, "hepmass-small", "maf_mini", "hepmass_train.npy", null, "hepmass_test.npy");

    /// <summary>
    /// Patches drawn anew from the images of BSDS300: the same images and recipe as the published set, other patches, and the
    /// validation rows from twenty training images alone.
    /// </summary>
    public static DensityData Bsds300(DataPlace place) =>
        Npy(place, "bsds300", "bsds300", "train.npy", "val.npy", "test.npy", "make_bsds300.py makes it (python3 make_bsds300.py FOLDER, then --folder FOLDER)");

    /// <summary>The first of <see cref="Bsds300"/>'s rows, as many as train in a minute.</summary>
    public static DensityData Bsds300Small(DataPlace place)
    {
        var all = Bsds300(place);
        return new DensityData("bsds300-small", all.Training[..50_000], all.Validation[..5_000], all.Test[..10_000]);
    }

    private static DensityData Npy(DataPlace place, string name, string set, string training, string? validation, string test, string source = Source)
    {
        float[][] rows = Read(training);
        if (validation is not null)
            return new DensityData(name, rows, Read(validation), Read(test));
        int heldOut = rows.Length / 10;
        return new DensityData(name, rows[..^heldOut], rows[^heldOut..], Read(test));

        float[][] Read(string file) => DataPlace.Read(place.Find(set, file, source), NpyReader.Read<float>);
    }
}
