using System.Globalization;
using System.IO.Compression;
using System.Text;
using Benchmarks.Shared;
using global::Density.Data;
using global::Density.Data.Files;

namespace Programs.Tests.Benchmarks.Density;

public class ReadingTests
{
    [Theory]
    [InlineData("<f4", false)]
    [InlineData("<f8", false)]
    [InlineData("<f8", true)]
    [InlineData("<i4", true)]
    public void A_NumPy_matrix_of_any_numbers_and_order(string type, bool byColumn)
    {
        using var folder = new TemporaryFolder();
        double[] inOrder = byColumn ? [1, 4, 2, 5, 3, 6] : [1, 2, 3, 4, 5, 6];
        string path = WriteNpy(folder, type, byColumn, inOrder);
        Assert.Equal([[1, 2, 3], [4, 5, 6]], NpyReader.Read<double>(path));
        Assert.Equal([[1, 2, 3], [4, 5, 6]], NpyReader.Read<float>(path));
    }

    [Fact]
    public void A_file_that_is_cut_off_is_named()
    {
        using var folder = new TemporaryFolder();
        string path = WriteNpy(folder, "<f8", false, [1, 2, 3, 4, 5]);
        var problem = Assert.Throws<InvalidDataException>(() => DataPlace.Read(path, NpyReader.Read<double>));
        Assert.Contains(path, problem.Message);
        string other = folder.Write("other.npy", "no array");
        Assert.Contains(other, Assert.Throws<InvalidDataException>(() => DataPlace.Read(other, NpyReader.Read<double>)).Message);
        string empty = folder.Write("empty.npy", "");
        Assert.Contains(empty, Assert.Throws<InvalidDataException>(() => DataPlace.Read(empty, NpyReader.Read<double>)).Message);
    }

    [Fact]
    public void A_missing_file_says_where_to_get_it()
    {
        var problem = Assert.Throws<FileNotFoundException>(() => DataSets.Load("power", new DataPlace("nowhere", null)));
        Assert.Contains("data.npy", problem.Message);
        Assert.Contains("archive", problem.Message);
    }

    [Fact]
    public void Log_densities_come_back_from_their_file()
    {
        using var folder = new TemporaryFolder();
        foreach (int count in new[] { 0, 1, 9, 10, 99, 100, 100_000 })
        {
            double[] values = [.. Enumerable.Range(0, count).Select(i => i / 4.0)];
            NpyVector.Write(folder.File("v.npy"), values);
            Assert.Equal(values, NpyVector.Read(folder.File("v.npy")));
            // The array begins at a multiple of 64 bytes, as NumPy's format asks.
            Assert.Equal(0, (new FileInfo(folder.File("v.npy")).Length - 4 * count) % 64);
        }
    }

    [Fact]
    public void Lines_of_numbers_with_or_without_header()
    {
        using var folder = new TemporaryFolder();
        double[][] expected = [[1, -2.5], [30, 4]];
        Assert.Equal(expected, NumberLines.Read(folder.Write("plain.csv", "1,-2.5\n\n3e1, 4\n")));
        Assert.Equal(expected, NumberLines.Read(folder.Write("header.csv", "a,b\n1,-2.5\n30,4")));
        Assert.Equal([[-2.5], [4.0]], NumberLines.Read(folder.Write("blanks.txt", "Time (s), CO (ppm)\n1.00  -2.5\n30 4"), skip: 1));
        using (var zip = new GZipStream(File.Create(folder.File("zip.csv.gz")), CompressionLevel.Fastest))
            zip.Write("1,-2.5\n30,4\n"u8);
        Assert.Equal(expected, NumberLines.Read(folder.File("zip.csv.gz")));
        var problem = Assert.Throws<InvalidDataException>(() => NumberLines.Read(folder.Write("bad.csv", "1,2\n3,x")));
        Assert.Contains("line 2, column 2: 'x'", problem.Message);
        Assert.Throws<InvalidDataException>(() => NumberLines.Read(folder.Write("short.csv", "1,2\n3")));
    }

    [Fact]
    public void One_file_is_split_the_same_way_each_time()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("t.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i * 0.5}\n"))));
        DensityData data = FileSets.One(path, "0.7,0.1,0.2"), again = FileSets.One(path, "0.7,0.1,0.2");
        Assert.Equal((70, 10, 20), (data.Training.Length, data.Validation.Length, data.Test.Length));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), data.Training.Concat(data.Validation).Concat(data.Test).Select(row => row[0]).Order());
        Assert.Equal(data.Checksum(), again.Checksum());
        Assert.NotEqual(data.Checksum(), (data with { Test = data.Validation }).Checksum());
        Assert.Throws<ArgumentException>(() => FileSets.One(path, "0.7,0.1"));
    }

    private static string WriteNpy(TemporaryFolder folder, string type, bool byColumn, double[] values)
    {
        using var file = new BinaryWriter(File.Create(folder.File("m.npy")));
        string header = $"{{'descr': '{type}', 'fortran_order': {byColumn}, 'shape': (2, 3), }}\n";
        file.Write([0x93, .. "NUMPY"u8, 1, 0]);
        file.Write((ushort)header.Length);
        file.Write(Encoding.ASCII.GetBytes(header));
        foreach (double value in values)
        {
            if (type == "<f4")
                file.Write((float)value);
            else if (type == "<f8")
                file.Write(value);
            else
                file.Write((int)value);
        }
        return folder.File("m.npy");
    }
}
