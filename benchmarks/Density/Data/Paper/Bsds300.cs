using PureHDF;

namespace Density.Data.Paper;

/// <summary>Patches of natural images as the archive has them: dequantised, mean subtracted, last pixel dropped; not standardised.</summary>
internal static class Bsds300
{
    public static double[][][] Parts(DataPlace place) =>
        DataPlace.Read(place.Find("BSDS300", "BSDS300.hdf5", PaperSet.Source), path =>
        {
            using var file = H5File.OpenRead(path);
            return new[] { "train", "validation", "test" }.Select(name => Matrix(file.Dataset(name))).ToArray();
        });

    private static double[][] Matrix(IH5Dataset dataset)
    {
        int columns = (int)dataset.Space.Dimensions[1];
        // The numbers of the archive may be of either precision; the library converts none.
        return dataset.Type.Size == sizeof(float)
            ? [.. dataset.Read<float[]>().Chunk(columns).Select(row => Array.ConvertAll(row, value => (double)value))]
            : [.. dataset.Read<double[]>().Chunk(columns)];
    }
}
