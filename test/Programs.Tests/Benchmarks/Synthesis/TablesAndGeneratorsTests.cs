using Benchmarks.Shared;
using Microsoft.Data.Analysis;
using SynthesisBenchmark.Generators;
using SynthesisBenchmark.Tables;

namespace Programs.Tests.Benchmarks.Synthesis;

public sealed class TablesAndGeneratorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_is_read_and_written_with_quotes_and_missing_values()
    {
        const string Text = "name;x\n\"a;b\";1.5\n?;?\n\"say \"\"hi\"\"\";3\n";
        string path = Write("table.csv", Text), again = Path.Combine(_folder.Path, "again.csv");
        var table = CsvTable.Read(path, separator: null, missing: "?");
        Assert.Equal([false, true], table.Numeric());
        var frame = table.ToDataFrame(table.Numeric());
        Assert.Equal(["a;b", "", "say \"hi\""], frame["name"].Cast<string>());
        Assert.Equal([1.5, double.NaN, 3], frame["x"].Cast<double?>().Select(value => value!.Value));
        table.Write(again);
        Assert.Equal(Text, File.ReadAllText(again).ReplaceLineEndings("\n"));
        CsvWriter.Write(again, frame, ';', "?");
        Assert.Equal(Text, File.ReadAllText(again).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Without_test_rows_the_same_fifth_is_held_out_whatever_the_seed()
    {
        string path = Write("table.csv", "x,y\n" + string.Join('\n', Enumerable.Range(0, 50).Select(i => $"{i},t")));
        var (train, test) = TrainAndTest.Read(new Arguments(["--train", path, "--seed", "1", "--ignore", "y"], "train", "seed", "ignore"), Path.Combine(_folder.Path, "a.csv"));
        TrainAndTest.Read(new Arguments(["--train", path, "--seed", "2", "--ignore", "y"], "train", "seed", "ignore"), Path.Combine(_folder.Path, "b.csv"));
        Assert.Equal((40, 10), (train.Rows, test.Rows));
        Assert.Equal(["x"], train.Names);
        string[] lines = File.ReadAllLines(Path.Combine(_folder.Path, "a.train.csv"));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(_folder.Path, "b.train.csv")));
        Assert.Equal(Enumerable.Range(0, 50), lines.Skip(1).Concat(File.ReadAllLines(Path.Combine(_folder.Path, "a.test.csv")).Skip(1)).Select(int.Parse).Order());
    }

    [Theory]
    [InlineData("is no file", "--train", "nowhere.csv")]
    [InlineData("--train is needed", "--seed", "1")]
    [InlineData("'--'", "--train", "good.csv", "--separator", "--")]
    [InlineData("'z'", "--train", "good.csv", "--ignore", "z")]
    [InlineData("Row 2", "--train", "ragged.csv")]
    [InlineData("same name", "--train", "twice.csv")]
    [InlineData("no rows", "--train", "header.csv")]
    [InlineData("in the same order", "--train", "good.csv", "--test", "other.csv")]
    public void Bad_input_is_named(string part, params string[] arguments)
    {
        Write("good.csv", "x,y\n1,a\n2,b\n");
        Write("other.csv", "y,x\na,1\n");
        Write("ragged.csv", "x,y\n1,a\n2\n");
        Write("twice.csv", "x,x\n1,a\n");
        Write("header.csv", "x,y\n");
        string[] given = [.. arguments.Select(argument => argument.EndsWith(".csv", StringComparison.Ordinal) ? Path.Combine(_folder.Path, argument) : argument)];
        var error = Assert.ThrowsAny<Exception>(() => TrainAndTest.Read(new Arguments(given, "train", "test", "seed", "separator", "ignore"), Path.Combine(_folder.Path, "out.csv")));
        Assert.Contains(part.Replace("is no file", "There is no file"), error.Message);
    }

    [Fact]
    public void Neighbours_keep_to_their_group_and_independent_columns_do_not()
    {
        var random = new Random(1);
        double[] xs = [.. Enumerable.Range(0, 300).Select(i => (i % 2 == 0 ? 0 : 100) + random.Next(10))];
        var table = new DataFrame(new DoubleDataFrameColumn("x", xs), new StringDataFrameColumn("side", xs.Select(x => x < 50 ? "low" : "high")));
        Assert.Equal(0, Mixed(new NeighbourGenerator()));
        Assert.InRange(Mixed(new IndependentGenerator()), 350, 650);

        int Mixed(IGenerator generator)
        {
            generator.Learn(table, CancellationToken.None);
            var drawn = (DataFrame)generator.Sample(1_000, seed: 1);
            double[] values = [.. drawn["x"].Cast<double?>().Select(value => value!.Value)];
            Assert.All(values, value => Assert.True(value == Math.Round(value) && value is >= 0 and <= 9 or >= 100 and <= 109));
            return values.Zip(drawn["side"].Cast<string>()).Count(row => row.First < 50 != (row.Second == "low"));
        }
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
