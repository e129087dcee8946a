using global::Density.Data;
using global::Density.Data.Paper;
using PureHDF;

namespace Programs.Tests.Benchmarks.Density;

public class PaperSetTests
{
    [Fact]
    public void The_numbers_are_those_of_NumPy()
    {
        // numpy.random.RandomState(42): rand(3), and of a fresh one shuffle(arange(10)).
        var random = new NumpyRandom(42);
        double[] expected = [0.37454012, 0.95071431, 0.73199394];
        Assert.All(expected, value => Assert.Equal(value, random.NextDouble(), 8));
        int[] items = [.. Enumerable.Range(0, 10)];
        new NumpyRandom(42).Shuffle(items);
        Assert.Equal([8, 1, 5, 0, 7, 2, 9, 4, 3, 6], items);
    }

    [Theory]
    [InlineData(2_049_280, 1_659_917, 184_435, 204_928)]
    [InlineData(1_052_065, 852_174, 94_685, 105_206)]
    [InlineData(36_488, 29_556, 3_284, 3_648)]
    public void Splits_have_the_published_counts(int rows, int training, int validation, int test)
    {
        var parts = Rows.Tails(new byte[rows]);
        Assert.Equal((training, validation, test), (parts.Training.Length, parts.Validation.Length, parts.Test.Length));
    }

    [Fact]
    public void Power_drops_two_columns_and_adds_the_noise_of_each_meter()
    {
        double[][] raw = [.. Enumerable.Range(0, 1000).Select(i => new double[] { i % 7, 99, i % 5, 99, i % 3, i % 2, i % 11, i })];
        double[][][] parts = Power.Parts(raw, "data.npy");
        Assert.Equal([810, 90, 100], parts.Select(part => part.Length));
        Assert.Equal(6, parts[0][0].Length);
        // Column 5, the time, gets no noise: its standardised values are those of 0 .. 999 in equal steps.
        double[] time = [.. parts.SelectMany(part => part).Select(row => row[5]).Order()];
        Assert.All(Enumerable.Range(1, 999), i => Assert.Equal(time[1] - time[0], time[i] - time[i - 1], 9));
        Assert.Equal(1000, parts.SelectMany(part => part).Select(row => row[2]).Distinct().Count());
        double[] fitted = [.. parts[0].Concat(parts[1]).Select(row => row[1])];
        Assert.Equal(0, fitted.Average(), 9);
        Assert.Equal(1, fitted.Average(value => value * value), 9);
    }

    [Fact]
    public void Of_correlated_columns_the_first_goes()
    {
        var random = new Random(1);
        double[][] rows = [.. Enumerable.Range(0, 500).Select(_ => (A: random.NextDouble(), B: random.NextDouble()))
            .Select(row => new[] { row.A, row.B, row.A + 0.01 * row.B, -row.B })];
        Assert.Equal([1, 2, 3], Rows.Uncorrelated(rows, 0.98));
        Assert.Equal([2, 3], Rows.Uncorrelated(rows, 0.98, either: true));
    }

    [Fact]
    public void Hepmass_drops_columns_whose_smallest_value_repeats()
    {
        var random = new Random(1);
        double[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { random.NextDouble(), i % 10, random.NextDouble() })];
        double[][] test = [.. rows.Take(20).Select(row => row.Append(7).ToArray())];
        double[][][] parts = Hepmass.Parts(rows, test);
        Assert.Equal([90, 10, 20], parts.Select(part => part.Length));
        Assert.All(parts, part => Assert.Equal(2, part[0].Length));
        Assert.Equal(parts[0][3], parts[2][3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Patches_are_read_in_either_precision(bool single)
    {
        using var folder = new TemporaryFolder();
        object Matrix(int rows) => single
            ? new float[,] { { rows, 1.5f, 2 }, { 3, 4, 5 } }
            : new double[,] { { rows, 1.5, 2 }, { 3, 4, 5 } };
        new H5File { ["train"] = Matrix(10), ["validation"] = Matrix(20), ["test"] = Matrix(30) }.Write(folder.File("BSDS300.hdf5"));
        double[][][] parts = Bsds300.Parts(new DataPlace("nowhere", folder.Path));
        Assert.Equal([10, 20, 30], parts.Select(part => part[0][0]));
        Assert.All(parts, part => Assert.Equal([part[0], [3, 4, 5]], part));
        folder.Write("BSDS300.hdf5", "cut off");
        Assert.Contains("BSDS300.hdf5", Assert.Throws<InvalidDataException>(() => Bsds300.Parts(new DataPlace("nowhere", folder.Path))).Message);
    }

    [Fact]
    public void A_quarter_of_the_original_gas_rows_is_drawn()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var lines = Enumerable.Range(0, 401).Select(i => FormattableString.Invariant($"{i}  0 0 {random.NextDouble()} {random.NextDouble()} 7{i}"));
        folder.Write("ethylene_CO.txt", "Time (seconds), CO conc (ppm), Ethylene conc (ppm), sensor readings (16 channels)\n" + string.Join('\n', lines));
        Assert.Equal([81, 9, 10], Gas.Parts(new DataPlace("nowhere", folder.Path)).Select(part => part.Length));
    }

    [Fact]
    public void Another_number_of_rows_than_the_published_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("1000_train.csv", "# label,f0\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"1,{i}\n0,{i}\n")));
        folder.Write("1000_test.csv", "# label,f0\n" + string.Concat(Enumerable.Range(0, 5).Select(i => $"1,{i},500\n")));
        var problem = Assert.Throws<InvalidDataException>(() => DataSets.Load("hepmass", new DataPlace("nowhere", folder.Path)));
        Assert.Contains("315,123 / 35,013 / 174,987 rows of 21 columns, but has 45 / 5 / 5 rows of 1 columns", problem.Message);
    }

    [Fact]
    public void Uci_tables_lose_repeated_rows_and_discrete_columns()
    {
        var random = new Random(1);
        double[][] rows = [.. Enumerable.Range(0, 1000).Select(i => new[] { i % 4, random.NextDouble(), random.NextDouble() })];
        DensityData data = UciTables.Prepare("t", [.. rows, .. rows[..50]]);
        Assert.Equal((810, 90, 100, 2), (data.Training.Length, data.Validation.Length, data.Test.Length, data.Columns));
    }

    [Theory]
    [InlineData("moons")]
    [InlineData("rings")]
    [InlineData("mixture")]
    public void The_entropy_of_a_toy_is_that_of_its_rows(string name)
    {
        var place = new DataPlace("nowhere", null);
        Assert.InRange(DataSets.Load(name, place).Entropy!.Value, 0, 3);
        var toy = new UnevenMixture();
        Assert.Equal(1, toy.Mass(), 6);
        double entropy = -toy.Draw(100_000, 5).Average(point => toy.LogDensity(point.X, point.Y));
        Assert.Equal(toy.Entropy(), entropy, 0.02);
    }
}
