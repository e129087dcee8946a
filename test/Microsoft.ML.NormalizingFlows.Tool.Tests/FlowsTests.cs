using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tool.Commands;
using Microsoft.ML.NormalizingFlows.Tool.Tables;
using Spectre.Console;

namespace Microsoft.ML.NormalizingFlows.Tool.Tests;

/// <summary>Whole command lines: a table in, a model, tables out.</summary>
public sealed class FlowsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flows").FullName;

    [Fact]
    public void A_detector_is_fitted_scores_explains_and_says_what_it_is()
    {
        string table = Write("pump.csv", 300), model = At("pump.zip");
        Assert.Equal(0, Run(out _, "fit", table, "--columns", "Speed,Pressure", "--out", model, "--seed", "2").Code);
        var (code, messages) = Run(out string csv, "score", model, table);
        Assert.Equal((0, ""), (code, messages));
        string[] lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(301, lines.Length);
        Assert.Equal("Zip,Booked,Speed,Pressure,Valve,Paid,Count,Score,PredictedLabel,PValue", lines[0].TrimEnd());
        // What was read is written as it was, and a row that lacks a value has no score.
        Assert.StartsWith("01000,2024-01-01,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",,false,", lines[8].TrimEnd(), StringComparison.Ordinal);

        foreach (string ending in new[] { "parquet", "jsonl", "tsv" })
        {
            string scored = At($"scored.{ending}");
            Assert.Equal(0, Run(out _, "score", model, table, "--out", scored).Code);
            var read = TextTable.Read(scored);
            Assert.Equal(lines[0].TrimEnd().Split(','), read.Names);
            Assert.Equal("01000", read.Columns[0][0]);
            Assert.Null(ColumnDescription.IsMissing(read.Columns[7][7]) ? null : "a score");
            Assert.Equal(double.Parse(lines[1].Split(',')[7], CultureInfo.InvariantCulture), double.Parse(read.Columns[7][0]!, CultureInfo.InvariantCulture), 5);
            // A table in another form, with dates in another, is scored alike.
            Run(out string again, "score", model, scored);
            Assert.Equal(lines[1].Split(',')[7], again.Split('\n')[1].Split(',')[7]);
        }
        string[] files = [.. Enumerable.Range(1, 3).Select(i => At($"part-{i}-of-3.csv"))];
        for (int i = 1; i <= 3; i++)
            Assert.Equal(0, Run(out _, "score", model, table, "--out", At("part.csv"), "--part", $"{i}/3").Code);
        Assert.Equal(lines.Skip(1).Select(line => line.TrimEnd()), files.SelectMany(file => File.ReadAllLines(file).Skip(1)));
        Assert.Equal(0, Run(out string why, "explain", model, table).Code);
        Assert.Contains("Contribution.Speed,Contribution.Pressure,Expected.Speed,Expected.Pressure", why, StringComparison.Ordinal);
        File.WriteAllText(At("why.csv"), why);
        Assert.Equal(0, Run(out string whyAgain, "explain", model, At("why.csv")).Code);
        Assert.Equal(why, whyAgain);
        Assert.Equal(0, Run(out string info, "info", model).Code);
        Assert.Contains("Job: anomaly", info, StringComparison.Ordinal);
        Assert.Contains("Column Zip: text, left out", info, StringComparison.Ordinal);
        Assert.Contains("held-out rows say so", info, StringComparison.Ordinal);
        Assert.Contains("flows sample does not take", Run(out _, "sample", model).Messages, StringComparison.Ordinal);
    }

    /// <summary>Once, though trials and members of an ensemble each say it.</summary>
    [Fact]
    public void Warnings_of_a_training_are_told()
    {
        string table = At("spread.csv");
        var random = new Random(1);
        File.WriteAllLines(table, ["a,b,c", .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{random.NextDouble()},{random.NextDouble()},{(i == 7 ? 1e30 : random.NextDouble())}"))]);
        string messages = Run(out _, "fit", table, "--job", "density", "--out", At("spread.zip")).Messages;
        Assert.Equal(2, messages.Split("Warning:").Length);
        Assert.Contains("'c' has values as far from the others as 1E+30", messages.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Synthetic_rows_are_drawn_filled_in_and_compared()
    {
        string table = Write("pump.csv", 400), model = At("pump.zip"), drawn = At("drawn.parquet");
        Assert.Equal(0, Run(out _, "fit", table, "--job", "synthetic", "--out", model).Code);
        Assert.Equal(0, Run(out _, "sample", model, "--rows", "200", "--out", drawn).Code);
        var rows = TextTable.Read(drawn);
        Assert.Equal(200, rows.Rows);
        Assert.All(rows.Columns[0], zip => Assert.StartsWith("0100", zip, StringComparison.Ordinal));
        Assert.All(rows.Columns[5], paid => Assert.True(bool.TryParse(paid, out _)));
        Run(out string first, "sample", model, "--rows", "5", "--seed", "3");
        Run(out string second, "sample", model, "--rows", "5", "--seed", "3");
        Assert.Equal(first, second);
        AssertPartsAreTheWhole(model, 2_500);
        Assert.Equal(0, Run(out string whole, "impute", model, table).Code);
        Assert.DoesNotContain(",,", whole, StringComparison.Ordinal);
        string page = At("report.html");
        Assert.Equal(0, Run(out _, "report", table, drawn, "--out", page).Code);
        Assert.Contains("<html", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Densities_are_stopped_by_time_and_draw_rows()
    {
        string table = Write("pump.csv", 300), model = At("density.zip");
        Assert.Equal(0, Run(out _, "fit", table, "--job", "density", "--columns", "Speed,Pressure", "--time", "2s", "--out", model).Code);
        Assert.Equal(0, Run(out string drawn, "sample", model, "-n", "4").Code);
        Assert.Equal("Speed,Pressure", drawn.Split('\n')[0].TrimEnd());
        Assert.Equal(5, drawn.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        AssertPartsAreTheWhole(model, 3_000);
    }

    [Fact]
    public void How_much_is_done_goes_with_the_time_that_is_left()
    {
        const int Seconds = 4;
        string messages = Run(out _, "fit", Write("pump.csv", 2_000), "--job", "density", "--columns", "Speed,Pressure", "--time", $"{Seconds}s", "--out", At("timed.zip")).Messages;
        var lines = Regex.Matches(messages, @"(\d+) s left: +(\d+)%").Select(match => (Left: int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), Done: int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))).ToArray();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.InRange(line.Done, 0, 100 * (1 - (line.Left - 1.0) / Seconds) + 15));
    }

    // More rows than a block has: parts end within one.
    private void AssertPartsAreTheWhole(string model, int rows)
    {
        string count = rows.ToString(CultureInfo.InvariantCulture);
        Run(out string whole, "sample", model, "-n", count);
        for (int i = 1; i <= 4; i++)
            Assert.Equal(0, Run(out _, "sample", model, "-n", count, "--part", $"{i}/4", "--out", At("rows.csv")).Code);
        Assert.Equal(whole.ReplaceLineEndings("\n").Split('\n')[1..^1], Enumerable.Range(1, 4).SelectMany(i => File.ReadAllLines(At($"rows-{i}-of-4.csv")).Skip(1)));
    }

    [Fact]
    public void A_stopped_command_leaves_no_file_that_looks_whole()
    {
        string table = Write("pump.csv", 100), model = At("density.zip");
        Assert.Equal(0, Run(out _, "fit", table, "--job", "density", "--columns", "Speed", "--time", "1s", "--out", model).Code);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Equal(130, Run(out _, stop.Token, "score", model, table, "--out", At("scored.csv")).Code);
        Assert.Empty(Directory.EnumerateFiles(_folder, "scored*"));
    }

    [Theory]
    [InlineData(2, "--job is 'x', but must be", "fit", "TABLE", "--job", "x")]
    [InlineData(2, "--time is '5', but must be", "fit", "TABLE", "--time", "5")]
    [InlineData(2, "--checkpoint is for --job density", "fit", "TABLE", "--job", "clusters", "--checkpoint", "kept")]
    [InlineData(1, "where no file can be written", "fit", "TABLE", "--columns", "Speed", "--checkpoint", "TABLE")]
    [InlineData(2, "Unknown command 'blah'", "blah")]
    [InlineData(1, "There is no file nowhere.csv", "fit", "nowhere.csv")]
    [InlineData(1, "--columns names 'Colour'", "fit", "TABLE", "--columns", "Colour")]
    [InlineData(1, "'Valve', which is a column of the kind text", "fit", "TABLE", "--columns", "Valve")]
    [InlineData(1, "is no model that flows fit has made", "score", "TABLE", "TABLE")]
    [InlineData(2, "Unknown option 'uot'", "fit", "TABLE", "--uot", "pump.zip")]
    [InlineData(2, "--clusters is for --job clusters", "fit", "TABLE", "--clusters", "3")]
    [InlineData(2, "--good is for --job anomaly", "fit", "TABLE", "--job", "density", "--good")]
    [InlineData(2, "--batch is for --job density, anomaly and clusters", "fit", "TABLE", "--job", "synthetic", "--batch", "64")]
    [InlineData(2, "--target needs --test", "report", "TABLE", "TABLE", "--target", "Paid")]
    [InlineData(1, "There is no folder nowhere for pump.zip", "fit", "TABLE", "--out", "nowhere/pump.zip")]
    [InlineData(1, "There is no folder nowhere for page.html", "report", "TABLE", "TABLE", "--out", "nowhere/page.html")]
    [InlineData(1, "There is no file nowhere.json", "fit", "TABLE", "--types", "nowhere.json")]
    public void What_is_wrong_is_said_in_one_sentence(int code, string sentence, params string[] arguments)
    {
        string table = Write("pump.csv", 20);
        var (found, messages) = Run(out _, [.. arguments.Select(argument => argument == "TABLE" ? table : argument)]);
        Assert.Equal(code, found);
        Assert.Contains(sentence, messages, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", messages, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_says_what_the_flow_is()
    {
        string table = Write("pump.csv", 200), small = At("small.zip"), other = At("other.zip");
        File.WriteAllText(At("flow.json"), """{ "Latent": { "$type": "Discrete", "States": 2 }, "Map": "Affine", "Layers": 1, "HiddenUnits": 4, "EnsembleSize": 1 }""");
        File.WriteAllText(At("wrong.json"), """{ "Layer": 3 , "Colour": "red" }""");
        File.WriteAllText(At("null.json"), "null");
        File.WriteAllText(At("more.json"), """{ "Layers": 1000 }""");
        string[] Fit(string flow, string model) => ["fit", table, "--job", "density", "--columns", "Speed,Pressure", "--time", "1s", "--flow", At(flow), "--out", model];
        var (code, messages) = Run(out _, Fit("flow.json", small));
        Assert.Equal(0, code);
        Assert.Contains("2 latent states", messages, StringComparison.Ordinal);
        Assert.Contains("LatentProbabilities.State0,LatentProbabilities.State1", Scored(small), StringComparison.Ordinal);
        Assert.Contains("wrong.json does not describe a flow", Run(out _, Fit("wrong.json", other)).Messages, StringComparison.Ordinal);
        Assert.Contains("null.json does not describe a flow", Run(out _, Fit("null.json", other)).Messages, StringComparison.Ordinal);
        Assert.Contains("Layers is 1,000", Run(out _, Fit("more.json", other)).Messages.Replace("1000", "1,000", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, Run(out _, "fit", table, "--job", "synthetic", "--flow", At("flow.json"), "--out", other).Code);
        Assert.False(File.Exists(other));

        string Scored(string model)
        {
            Assert.Equal(0, Run(out string csv, "score", model, table).Code);
            return csv;
        }
    }

    [Theory]
    [InlineData("a.csv", "A,B\n1,\"two\n2,three\n", "ends within quotes that row 1 opens")]
    [InlineData("a.jsonl", "{\"A\":1}\n{\"A\":1}{\n", "Row 2 of")]
    [InlineData("a.parquet", "PAR1 and no more", "cannot be read as Parquet")]
    public void A_damaged_table_is_answered_in_one_sentence(string name, string content, string sentence)
    {
        File.WriteAllText(At(name), content);
        var (code, messages) = Run(out _, "fit", At(name));
        Assert.Equal(1, code);
        Assert.Contains(sentence, messages, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_no_utf_8_is_refused_and_not_read_as_signs_for_what_is_unknown()
    {
        File.WriteAllBytes(At("latin.csv"), Encoding.Latin1.GetBytes("Town,X\nGen\u00e8ve,1\nZ\u00fcrich,2\n"));
        var (code, messages) = Run(out _, "fit", At("latin.csv"), "--job", "synthetic", "--out", At("latin.zip"));
        Assert.Equal(1, code);
        Assert.Contains("latin.csv is not written in UTF-8", messages, StringComparison.Ordinal);
        File.WriteAllText(At("marked.csv"), "Town,X\nGen\u00e8ve,1\nZ\u00fcrich,2\n", Encoding.Unicode);
        Assert.Equal(["Gen\u00e8ve", "Z\u00fcrich"], TextTable.Read(At("marked.csv")).Columns[0]);
    }

    [Fact]
    public void A_column_without_a_name_such_as_the_numbers_of_rows_has_that_of_its_place()
    {
        File.WriteAllText(At("frame.csv"), ",X,Y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{i % 5}\n")));
        string model = At("frame.zip");
        Assert.Equal(0, Run(out _, "fit", At("frame.csv"), "--job", "synthetic", "--out", model).Code);
        Assert.Equal(0, Run(out string csv, "sample", model, "--rows", "3").Code);
        Assert.StartsWith("Column1,X,Y", csv, StringComparison.Ordinal);
        Assert.Equal(0, Run(out _, "score", model, At("frame.csv")).Code);
    }

    [Fact]
    public void Values_may_be_missing_in_the_table_alone_or_in_the_one_that_was_learned_alone()
    {
        string Line(int i, bool holes) => holes && i % 4 == 1 ? $"{i % 9 / 2.0},,,,\n" : FormattableString.Invariant($"{i % 9 / 2.0},{i % 9},{new DateTime(2024, 1, 1).AddDays(i % 9):yyyy-MM-dd},{i % 9 > 4},n{i % 9}\n");
        foreach (bool holes in new[] { false, true })
            File.WriteAllText(At($"{holes}.csv"), "Half,Count,Day,Paid,Name\n" + string.Concat(Enumerable.Range(0, 200).Select(i => Line(i, holes))));
        foreach (bool holes in new[] { false, true })
        {
            string model = At($"{holes}.zip"), other = At($"{!holes}.csv");
            Assert.Equal(0, Run(out _, "fit", At($"{holes}.csv"), "--job", "synthetic", "--out", model).Code);
            var (code, messages) = Run(out string csv, "impute", model, other);
            Assert.True(code == 0, messages);
            string[] filled = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries), expected = File.ReadAllLines(At("False.csv"));
            Assert.True(filled.Zip(expected).Count(pair => pair.First.TrimEnd().Equals(pair.Second, StringComparison.OrdinalIgnoreCase)) > 190, csv);
            Assert.Equal(0, Run(out string scored, "score", model, other).Code);
            Assert.DoesNotContain("NaN", scored, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_model_is_called_so()
    {
        string table = Write("pump.csv", 100), model = At("density.zip");
        Assert.Equal(0, Run(out _, "fit", table, "--job", "density", "--columns", "Speed", "--time", "1s", "--out", model).Code);
        byte[] bytes = File.ReadAllBytes(model);
        bytes[bytes.Length / 2] ^= 255;
        File.WriteAllBytes(model, bytes);
        var (code, messages) = Run(out _, "score", model, table);
        Assert.Equal(1, code);
        Assert.Contains("density.zip is damaged: ", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_said_and_of_many_columns_the_first_are_shown()
    {
        Assert.Equal(0, Run(out string version, "--version").Code);
        Assert.StartsWith("0.", version, StringComparison.Ordinal);
        File.WriteAllText(At("wide.csv"), string.Join(',', Enumerable.Range(0, 1_100).Select(i => $"c{i}")) + "\n" + string.Join(',', Enumerable.Repeat("1", 1_100)) + "\n");
        string messages = Run(out _, "fit", At("wide.csv"), "--columns", "c1").Messages;
        Assert.Contains("and 1,000 more columns", messages, StringComparison.Ordinal);
        Assert.DoesNotContain("c100 ", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_command_says_so()
    {
        string table = Write("pump.csv", 100);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Equal(130, Run(out _, stop.Token, "fit", table, "--job", "synthetic", "--out", At("none.zip")).Code);
        Assert.False(File.Exists(At("none.zip")));
    }

    [Fact]
    public void What_a_column_is_can_be_said()
    {
        string table = Write("pump.csv", 50), kinds = At("kinds.json");
        File.WriteAllText(kinds, """{ "Count": "text", "Paid": "ignore" }""");
        var read = TableFile.Read(table, kinds);
        Assert.Equal(["text", "date", "number", "number", "text", "ignore", "text"], read.Columns.Select(column => TableFile.Word(column.Kind)));
        File.WriteAllText(kinds, """{ "Count": "money" }""");
        Assert.Contains("'Count' is 'money'", Assert.Throws<InvalidDataException>(() => TableFile.Read(table, kinds)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "007", "12")]
    [InlineData("whole", "0", "-12", "NA")]
    [InlineData("number", "0.5", "1e3", "?")]
    [InlineData("number", "1", "2.5")]
    [InlineData("truth", "true", "False", "")]
    [InlineData("date", "2024-02-29", "2023-01-01")]
    [InlineData("date", "29.02.2024 12:30", "01.01.2023 00:00")]
    [InlineData("text", "2024-02-29", "01.01.2023")]
    [InlineData("text", "2024-02-30")]
    [InlineData("text", "1", "a")]
    [InlineData("ignore", "", "NA")]
    [InlineData("text", "12345678901234567890", "3")]
    [InlineData("number", "12345678901234567890", "3.5")]
    [InlineData("whole", "9007199254740993", "3")]
    [InlineData("text", "9007199254740993", "")]
    [InlineData("whole", "9007199254740991", "")]
    [InlineData("date", "2024-02-29T10:00:00Z", "2023-01-01T00:00:00Z")]
    [InlineData("date", "12/31/2024", "01/02/2023")]
    [InlineData("date", "31/12/2024 10:30", "01/02/2023 00:00")]
    [InlineData("date", "1/2/2024", "12/31/2024")]
    [InlineData("text", "01/02/2024", "03/04/2024")]
    public void A_column_is_what_people_mean(string kind, params string[] values) =>
        Assert.Equal(kind, TableFile.Word(ColumnDescription.Decide("A", values, decimalComma: false).Kind));

    [Theory]
    [InlineData("number", "567,5", "1234")]
    [InlineData("number", "567.5", "1234")]
    [InlineData("text", "567,5", "1.234")]
    public void A_point_among_decimal_commas_groups_digits_and_is_no_decimal_point(string kind, params string[] values) =>
        Assert.Equal(kind, TableFile.Word(ColumnDescription.Decide("A", values, decimalComma: true).Kind));

    [Fact]
    public void A_date_that_may_be_of_either_order_is_not_guessed()
    {
        string path = At("order.csv"), kinds = At("order.json");
        File.WriteAllText(path, "Day\n01/02/2024\n03/04/2024\n");
        File.WriteAllText(kinds, """{ "Day": "date" }""");
        Assert.Contains("'Day'", Assert.Throws<InvalidDataException>(() => TableFile.Read(path, kinds)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_within_a_value_that_has_none_around_it_are_refused_and_join_no_rows()
    {
        string path = At("inches.csv");
        File.WriteAllText(path, "Pipe,Price\nbend,1\n5\" bend,2\n6\" bend,3\n");
        string message = Assert.Throws<InvalidDataException>(() => TableFile.Read(path)).Message;
        Assert.Contains("row 2", message, StringComparison.Ordinal);
        Assert.Contains("quotes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_separators_decimal_commas_and_quotes_are_read()
    {
        string path = At("other.csv");
        File.WriteAllText(path, "Name;Price\n\"a; \"\"b\"\"\";1,5\nc;2,25\n");
        var table = TableFile.Read(path);
        Assert.Equal([FieldKind.Text, FieldKind.Number], table.Columns.Select(column => column.Kind));
        var view = table.ToView();
        Assert.Equal(["a; \"b\"", "c"], view.GetColumn<string>("Name"));
        Assert.Equal([1.5, 2.25], view.GetColumn<double>("Price"));
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("csv")]
    public void Values_are_written_as_they_were_where_a_later_block_lacks_some(string ending)
    {
        // Each file of the folder is a block. A Double would not keep the first number.
        Directory.CreateDirectory(At("blocks"));
        File.WriteAllText(At("blocks/a.csv"), "Id,Day,Valve,Name\n9007199254740993,01.02.2024,true,a\n-2,02.02.2024,false,a\n");
        File.WriteAllText(At("blocks/b.csv"), "Id,Day,Valve,Name\n,,,\n3,03.02.2024,true,b\n");
        var table = TableFile.Read(At("blocks"));
        using (var writer = new TableWriter(At($"out.{ending}"), TextWriter.Null, table.Columns, default))
        {
            foreach (var view in table.Views(Part.Whole, []))
                writer.Append(view);
            writer.Complete();
            Assert.Equal(4, writer.Rows);
        }
        var rows = TextTable.Read(At($"out.{ending}"));
        Assert.Equal(["Id", "Day", "Valve", "Name"], rows.Names);
        string[] Values(int column) => [.. rows.Columns[column].Select(value => ColumnDescription.IsMissing(value) ? "none" : value!)];
        Assert.Equal(["9007199254740993", "-2", "none", "3"], Values(0));
        Assert.Equal(ending == "csv" ? ["01.02.2024", "02.02.2024", "none", "03.02.2024"] : ["2024-02-01T00:00:00", "2024-02-02T00:00:00", "none", "2024-02-03T00:00:00"], Values(1));
        Assert.Equal(["true", "false", "none", "true"], Values(2));
        Assert.Equal(["a", "a", "none", "b"], Values(3));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Messages) Run(out string output, params string[] arguments) => Run(out output, default, arguments);

    private static (int Code, string Messages) Run(out string output, CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter written = new(), messages = new();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(messages), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No });
        console.Profile.Width = 1_000;
        int code = Program.Run(arguments, new Terminal(written, console), cancellation);
        output = written.ToString();
        return (code, messages.ToString());
    }

    private string At(string name) => Path.Combine(_folder, name);

    // Readings of a pump; every tenth lacks its pressure.
    private string Write(string name, int rows)
    {
        var random = new Random(1);
        var text = new StringBuilder("Zip,Booked,Speed,Pressure,Valve,Paid,Count\n");
        for (int i = 0; i < rows; i++)
        {
            double speed = 1 + 2 * random.NextDouble(), pressure = 0.5 * speed * speed * (1 + 0.1 * random.NextDouble());
            text.Append(CultureInfo.InvariantCulture, $"0100{i % 7},{new DateTime(2024, 1, 1).AddDays(i % 300):yyyy-MM-dd},{speed:F3},{(i % 10 == 7 ? "" : pressure.ToString("F3", CultureInfo.InvariantCulture))},{(i % 3 == 0 ? "throttled" : "open")},{(i % 2 == 0 ? "true" : "false")},{i % 5}\n");
        }
        string path = At(name);
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
