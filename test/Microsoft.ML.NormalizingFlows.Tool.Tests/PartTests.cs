using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Tool.Tables;

namespace Microsoft.ML.NormalizingFlows.Tool.Tests;

/// <summary>Shares of a table for several processes.</summary>
public sealed class PartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parts").FullName;

    [Theory]
    [InlineData(".csv")]
    [InlineData(".jsonl")]
    [InlineData(".parquet")]
    [InlineData("")]
    public void Parts_of_a_table_have_each_row_once_and_in_order(string ending)
    {
        string path = Write(ending, 50);
        var source = TableSource.Open(path);
        var whole = TextTable.Read(path);
        Assert.Equal(ending.Length > 0 ? 50 : 100, whole.Rows);
        for (int count = 1; count <= 9; count++)
        {
            var parts = Enumerable.Range(1, count).Select(number => new Part(number, count).Of(source.Size)).SelectMany(range => source.Blocks(range.First, range.End));
            var joined = TextTable.Join(source.Names, parts);
            Assert.Equal(whole.Columns[0], joined.Columns[0]);
            Assert.Equal(whole.Columns[1], joined.Columns[1]);
        }
    }

    [Fact]
    public void Every_cut_of_separated_values_falls_between_rows()
    {
        string path = Write(".csv", 12);
        var source = TableSource.Open(path);
        var whole = TextTable.Read(path);
        for (long cut = 1; cut < source.Size; cut++)
        {
            var joined = TextTable.Join(source.Names, [.. source.Blocks(0, cut), .. source.Blocks(cut, source.Size)]);
            Assert.Equal(whole.Columns[1], joined.Columns[1]);
        }
    }

    [Theory]
    [InlineData("2/4", 2, 4)]
    [InlineData("auto", 2, 4, "OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE=4")]
    [InlineData("auto", 1, 3, "PMI_RANK=0", "PMI_SIZE=3")]
    [InlineData("auto", 3, 8, "SLURM_PROCID=2", "SLURM_NTASKS=8")]
    [InlineData("auto", 2, 3, "SLURM_ARRAY_TASK_ID=12", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=10", "SLURM_ARRAY_TASK_STEP=2")]
    [InlineData("auto", 6, 6, "SLURM_ARRAY_TASK_ID=2", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=0", "SLURM_PROCID=1", "SLURM_NTASKS=2")]
    [InlineData("auto/5", 5, 5, "JOB_COMPLETION_INDEX=4")]
    public void Which_part_a_process_does_is_written_or_found(string text, int number, int count, params string[] environment) =>
        Assert.Equal(new Part(number, count), Part.Parse(text, In(environment)));

    [Theory]
    [InlineData("0/4", "must be a number and how many")]
    [InlineData("5/4", "must be a number and how many")]
    [InlineData("4", "must be a number and how many")]
    [InlineData("a/4", "must be a number and how many")]
    [InlineData("auto", "finds no variable")]
    [InlineData("auto", "not of how many", "JOB_COMPLETION_INDEX=4")]
    [InlineData("auto/4", "more processes than parts", "JOB_COMPLETION_INDEX=4")]
    public void What_is_no_part_is_said(string text, string sentence, params string[] environment) =>
        Assert.Contains(sentence, Assert.Throws<InvalidDataException>(() => Part.Parse(text, In(environment))).Message, StringComparison.Ordinal);

    [Fact]
    public void Parts_cover_what_is_counted_and_their_files_sort_as_they_do()
    {
        var ranges = Enumerable.Range(1, 7).Select(number => new Part(number, 7).Of(10_000_000_000)).ToList();
        Assert.Equal((0, 10_000_000_000), (ranges[0].First, ranges[^1].End));
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
        Assert.Equal(Path.Combine("a", "rows-02-of-16.csv"), new Part(2, 16).Name(Path.Combine("a", "rows.csv")));
        Assert.Equal("rows.csv", Part.Whole.Name("rows.csv"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Processes_that_read_a_part_each_agree_on_what_columns_are(int size)
    {
        // What decides stands in the last row, or in the first.
        string path = Path.Combine(_folder, "kinds.csv");
        File.WriteAllText(path, "Whole,Number,Text,Date,Truth,Empty\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant(
            $"{i},{(i == 39 ? 0.5 : i)},{(i == 0 ? "a" : "1")},{(i == 39 ? "2024-01-01" : "")},{i == 39},\n"))));
        var alone = TableFile.Read(path);
        Assert.Equal(["whole", "number", "text", "date", "truth", "ignore"], alone.Columns.Select(column => TableFile.Word(column.Kind)));
        ThreadGroup.Run(size, group =>
        {
            var table = TableFile.Read(path, kinds: null, group);
            Assert.Equal(alone.Columns, table.Columns);
            Assert.Equal(40, table.Rows);
        });
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".parquet")]
    public void A_view_reads_no_values_of_rows_that_are_stepped_over(string ending)
    {
        string path = Write(ending, 50);
        Assert.All(TableSource.Open(path).Blocks(0, 50), block => Assert.Equal(ending != ".parquet", block.Values.IsValueCreated));
        // Texts that are no numbers are refused when they are read.
        var view = TableFile.Open(path, [new("Text", FieldKind.Number)]).ToView(["Text"]);
        using var cursor = view.GetRowCursor(view.Schema);
        var text = cursor.GetGetter<double>(view.Schema[0]);
        int rows = 0;
        while (cursor.MoveNext())
            rows++;
        Assert.Equal(50, rows);
        using var other = view.GetRowCursor(view.Schema);
        text = other.GetGetter<double>(view.Schema[0]);
        Assert.True(other.MoveNext());
        double value = 0;
        Assert.Throws<InvalidDataException>(() => text(ref value));
    }

    [Fact]
    public void Tables_of_a_folder_have_the_same_columns()
    {
        Write("", 3);
        File.WriteAllText(Path.Combine(_folder, "table", "z.csv"), "Other\n1\n");
        Assert.Contains("has other columns than", Assert.Throws<InvalidDataException>(() => TableSource.Open(Path.Combine(_folder, "table"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Func<string, string?> In(string[] environment) =>
        name => environment.FirstOrDefault(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))?.Split('=')[1];

    // Numbers, and texts with line ends and quotes; a folder has a table of each of two forms.
    private string Write(string ending, int rows)
    {
        string path = Path.Combine(_folder, "table" + ending);
        string[] texts = ["plain", "two\nlines", "a \"quoted\n\" one", "ä", "a, b"];
        switch (ending)
        {
            case ".csv":
                File.WriteAllText(path, "Number,Text\n" + string.Concat(Enumerable.Range(0, rows).Select(i =>
                    FormattableString.Invariant($"{i},{SeparatedText.Quoted(texts[i % 5], ',')}{(i % 3 == 0 ? "\r\n" : "\n")}"))));
                break;
            case ".jsonl":
                File.WriteAllText(path, string.Concat(Enumerable.Range(0, rows).Select(i =>
                    System.Text.Json.JsonSerializer.Serialize(new { Number = i, Text = texts[i % 5] }) + "\n")));
                break;
            case ".parquet":
                using (var writer = new TableWriter(path, TextWriter.Null, [], default))
                {
                    string[] values = [.. Enumerable.Range(0, rows).Select(i => texts[i % 5])];
                    var numbers = new TextTable(["Number", "Text"], [[.. Enumerable.Range(0, rows).Select(i => FormattableString.Invariant($"{i}"))], values]);
                    writer.Append(new BlockView(numbers, [new("Number", FieldKind.Number), new("Text", FieldKind.Text)], decimalComma: false, []));
                    writer.Complete();
                }
                break;
            default:
                Directory.CreateDirectory(path);
                File.Move(Write(".csv", rows), Path.Combine(path, "a.csv"));
                File.Copy(Path.Combine(path, "a.csv"), Path.Combine(path, "b.csv"));
                File.WriteAllText(Path.Combine(path, "notes.md"), "no table");
                break;
        }
        return path;
    }
}
