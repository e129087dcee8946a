using AnomalyBenchmark;

namespace Programs.Tests.Benchmarks.Anomaly;

public class SplitAndResultTests
{
    [Fact]
    public void Splits_are_found_by_table_in_order()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "a.b.oneclass.2.csv", "a.b.oneclass.1.csv", "c.unsupervised.3.csv", "baselines.csv" })
            File.WriteAllText(folder.File(name), "row,part\n2,train\n0,test\n");
        var splits = Split.Find(folder.Path);
        Assert.Equal([1, 2], splits["a.b"].Select(split => split.Seed));
        Assert.Equal("unsupervised", splits["c"].Single().Protocol);
        var (training, test) = splits["c"].Single().Read(rows: 3);
        Assert.Equal([2], training);
        Assert.Equal([0], test);
    }

    [Theory]
    [InlineData("oneclass", 0.0)]
    [InlineData("told5", 0.05)]
    [InlineData("told", null)]
    [InlineData("unsaid", null)]
    public void The_protocol_tells_the_share_of_anomalies_or_nothing(string protocol, double? told) => Assert.Equal(told, new Split("t", protocol, 1, "").Told);

    [Fact]
    public void Flagged_shares_of_good_and_bad_rows_stand_beside_the_rate()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("flagged.csv");
        new FlaggedShares(path).Add(new Split("t", "unsaid", 2, ""), [(0.005f, true), (0.02f, true), (0.03f, false), (0.2f, false)]);
        Assert.Equal(
            ["table,protocol,seed,rate,good,bad", "t,unsaid,2,0.01,0.000000,0.500000", "t,unsaid,2,0.02,0.000000,1.000000", "t,unsaid,2,0.1,0.500000,1.000000"],
            File.ReadAllLines(path));
        File.WriteAllText(path, "a,b\n");
        Assert.Contains("name another file with --flagged", Assert.Throws<InvalidDataException>(() => new FlaggedShares(path)).Message);
    }

    [Theory]
    [InlineData("row,part\n3,train\n0,test\n", "'3,train' should be the number of a row, from 0 to 2, and train or test.")]
    [InlineData("row,part\n1,other\n", "'1,other' should be the number of a row")]
    [InlineData("row,part\n1,train\n", "has 1 rows to train on and 0 to test.")]
    public void A_bad_split_says_what_is_wrong(string text, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.oneclass.1.csv"), text);
        var split = Split.Find(folder.Path)["t"].Single();
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => split.Read(rows: 3)).Message);
    }

    [Fact]
    public void What_is_done_is_not_done_again()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("results.csv");
        Split first = new("t", "oneclass", 1, ""), second = first with { Seed = 2 };
        new ResultFile(path).Add(first, 0.987654321);
        var again = new ResultFile(path);
        Assert.True(again.Has(first));
        Assert.False(again.Has(second));
        again.Add(second, 1);
        Assert.Equal(["table,protocol,seed,auroc", "t,oneclass,1,0.987654", "t,oneclass,2,1.000000"], File.ReadAllLines(path));
    }

    [Fact]
    public void A_file_of_something_else_is_not_written_to()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("other.csv"), "a,b\n");
        Assert.Contains("name another file with --out", Assert.Throws<InvalidDataException>(() => new ResultFile(folder.File("other.csv"))).Message);
    }

    [Fact]
    public void The_last_column_is_the_label()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("toy.csv.gz");
        using (var stream = new System.IO.Compression.GZipStream(File.Create(path), System.IO.Compression.CompressionLevel.Fastest))
        using (var writer = new StreamWriter(stream))
            writer.Write("x0,x1,anomaly\n1,2,0\n3,5,1\n4,4,0\n");
        var table = LabelledTable.Read(path);
        Assert.Equal("toy", table.Name);
        Assert.Equal([0f, 1f, 0f], table.Rows.Select(row => row.Label));
        Assert.Equal([3f, 5f], table.Rows[1].Features);
    }
}
