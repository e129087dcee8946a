using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public sealed class FrameNullsTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public FrameNullsTests() => _ml.Log += (_, log) =>
    {
        if (log.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(log.Message);
    };

    private static DataFrame Frame(int rows, bool holes = true)
    {
        var all = Enumerable.Range(0, rows).ToArray();
        return new DataFrame(
            new DateTimeDataFrameColumn("Closed", all.Select(i => holes && i % 5 == 0 ? (DateTime?)null : new DateTime(2020, 1, 1).AddDays(i * 7 % 90))),
            new Int32DataFrameColumn("Visits", all.Select(i => holes && i % 4 == 1 ? (int?)null : 50 + i % 40)),
            new Int64DataFrameColumn("Number", all.Select(i => holes && i % 4 == 2 ? (long?)null : -i)),
            new BooleanDataFrameColumn("Member", all.Select(i => holes && i % 3 == 2 ? (bool?)null : i % 2 == 0)),
            new DoubleDataFrameColumn("Size", all.Select(i => i % 6 == 0 ? (double?)null : i % 9)),
            new StringDataFrameColumn("Name", all.Select(i => i % 7 == 0 ? null : $"n{i % 3}")),
            new ByteDataFrameColumn("Whole", all.Select(i => (byte?)(i % 8))));
    }

    [Fact]
    public void Nulls_are_missing_and_all_else_is_as_it_was()
    {
        var table = _ml.Data.LoadFromDataFrame(Frame(30));
        Assert.Equal(30, table.GetRowCount());
        Assert.Equal(NumberDataViewType.Byte, table.Schema["Whole"].Type);
        double[] closed = [.. table.GetColumn<double>("Closed")], visits = [.. table.GetColumn<double>("Visits")], numbers = [.. table.GetColumn<double>("Number")];
        string[] member = [.. table.GetColumn<string>("Member")];
        double[] size = [.. table.GetColumn<double>("Size")];
        byte[] whole = [.. table.GetColumn<byte>("Whole")];
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(i % 5 == 0, double.IsNaN(closed[i]));
            if (i % 5 != 0)
                Assert.Equal(new DateTime(2020, 1, 1).AddDays(i * 7 % 90), DateTime.FromOADate(closed[i]));
            Assert.Equal(i % 4 == 1 ? double.NaN : 50 + i % 40, visits[i]);
            Assert.Equal(i % 4 == 2 ? double.NaN : -i, numbers[i]);
            Assert.Equal(i % 3 == 2 ? "" : i % 2 == 0 ? "True" : "False", member[i]);
            Assert.Equal(i % 6 == 0 ? double.NaN : i % 9, size[i]);
            Assert.Equal(i % 8, whole[i]);
        }
    }

    [Fact]
    public void A_synthesizer_draws_missing_values_where_there_were_nulls_and_nothing_in_their_place()
    {
        var synthesizer = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 });
        using var model = synthesizer.Fit(_ml.Data.LoadFromDataFrame(Frame(600)));
        Assert.Empty(_warnings);
        var drawn = model.Sample(600, seed: 1);
        double[] visits = [.. drawn.GetColumn<double>("Visits")], closed = [.. drawn.GetColumn<double>("Closed")];
        Assert.InRange(visits.Count(double.IsNaN), 90, 210);
        Assert.All(visits.Where(double.IsFinite), value => Assert.InRange(value, 50, 89));
        Assert.All(closed.Where(double.IsFinite), value => Assert.Equal(TimeSpan.Zero, DateTime.FromOADate(value).TimeOfDay));
        Assert.InRange(closed.Where(double.IsFinite).Min(), new DateTime(2020, 1, 1).ToOADate(), new DateTime(2020, 4, 1).ToOADate());
        Assert.Contains("", drawn.GetColumn<string>("Member"));
    }

    [Fact]
    public void Whole_numbers_that_would_lose_digits_beside_nulls_are_texts()
    {
        const long First = (1L << 53) + 1;
        int[] all = [.. Enumerable.Range(0, 200)];
        var frame = new DataFrame(
            new Int64DataFrameColumn("Signed", all.Select(i => i % 11 == 0 ? (long?)null : -First - i)),
            new UInt64DataFrameColumn("Unsigned", all.Select(i => i % 7 == 0 ? (ulong?)null : ulong.MaxValue - (ulong)i)),
            new Int64DataFrameColumn("Whole", all.Select(i => (long?)(First + i))),
            new DoubleDataFrameColumn("Size", all.Select(i => (double?)(i % 9))));
        using var model = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 }).Fit(frame);
        var imputed = model.Impute(frame, seed: 1);
        string[] signed = [.. imputed.GetColumn<string>("Signed")], unsigned = [.. imputed.GetColumn<string>("Unsigned")];
        Assert.Equal(all.Select(i => First + i), imputed.GetColumn<long>("Whole"));
        foreach (int i in all)
        {
            Assert.Equal(i % 11 == 0 ? signed[i] : $"{-First - i}", signed[i]);
            Assert.Equal(i % 7 == 0 ? unsigned[i] : $"{ulong.MaxValue - (ulong)i}", unsigned[i]);
        }
    }

    [Fact]
    public void A_row_of_a_DataFrame_is_a_condition_and_its_nulls_are_missing()
    {
        var frame = Frame(600);
        using var model = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 }).Fit(frame);
        for (int row = 10; row < 14; row++)
        {
            var drawn = model.Sample(20, seed: 1, given: frame.Rows[row].GetValues());
            foreach (string column in (string[])["Closed", "Visits", "Number", "Size"])
                Assert.All(Numbers(drawn, column), value => Assert.Equal(Numbers(_ml.Data.LoadFromDataFrame(frame), column)[row], value));
            foreach (string column in (string[])["Member", "Name"])
                Assert.All(drawn.GetColumn<string>(column), value => Assert.Equal(_ml.Data.LoadFromDataFrame(frame).GetColumn<string>(column).ElementAt(row), value));
        }
    }

    [Fact]
    public void A_DataFrame_itself_is_read_like_the_table_of_it_by_everything_that_takes_it()
    {
        var synthesizer = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 });
        using var model = synthesizer.Fit(Frame(600));
        using var same = synthesizer.Fit(_ml.Data.LoadFromDataFrame(Frame(600)));
        Assert.Equal(Numbers(same.Sample(200, seed: 1), "Visits"), Numbers(model.Sample(200, seed: 1), "Visits"));

        var holes = Frame(40);
        Assert.Equal(LogDensities(_ml.Data.LoadFromDataFrame(holes)), LogDensities(holes));
        double[] visits = Numbers(model.Impute(holes, seed: 1), "Visits"), before = Numbers(_ml.Data.LoadFromDataFrame(holes), "Visits");
        Assert.All(visits, value => Assert.InRange(value, 50, 89));
        for (int i = 0; i < visits.Length; i++)
            Assert.Equal(double.IsNaN(before[i]) ? visits[i] : before[i], visits[i]);

        float[] LogDensities(IDataView table) => [.. model.Transform(table).GetColumn<float>("LogDensity")];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nulls_may_be_in_the_rows_alone_or_in_those_that_were_learned_alone(bool learned)
    {
        DataFrame holes = Frame(600), whole = Frame(600, holes: false);
        using var model = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 }).Fit(learned ? holes : whole);
        float[] withHoles = LogDensities(holes), without = LogDensities(whole);
        Assert.All(withHoles.Concat(without), density => Assert.True(float.IsFinite(density)));
        // Rows without nulls are the same in either table.
        int[] same = [.. Enumerable.Range(0, 600).Where(i => i % 5 != 0 && i % 4 is (0 or 3) && i % 3 != 2)];
        Assert.Equal(same.Select(i => without[i]), same.Select(i => withHoles[i]));

        IDataView table = _ml.Data.LoadFromDataFrame(holes), filled = model.Impute(holes, seed: 1), kept = model.Impute(whole, seed: 1);
        Assert.Equal(table.Schema.Select(column => (column.Name, column.Type)), filled.Schema.Where(column => !column.IsHidden).Select(column => (column.Name, column.Type)));
        foreach (string column in (string[])["Closed", "Visits", "Number"])
            Assert.All(Numbers(table, column).Zip(Numbers(filled, column)), pair => Assert.True(double.IsNaN(pair.First) ? pair.Second == Math.Floor(pair.Second) : pair.Second == pair.First, $"{column}: {pair}"));
        Assert.All(Numbers(filled, "Closed"), day => Assert.InRange(DateTime.FromOADate(day), new DateTime(2020, 1, 1), new DateTime(2020, 3, 30)));
        Assert.All(filled.GetColumn<string>("Member"), text => Assert.Contains(text, (string[])["True", "False"]));
        Assert.Equal(((IDataView)whole).GetColumn<DateTime>("Closed"), kept.GetColumn<DateTime>("Closed"));
        Assert.Equal(((IDataView)whole).GetColumn<long>("Number"), kept.GetColumn<long>("Number"));
        Assert.Equal(((IDataView)whole).GetColumn<bool>("Member"), kept.GetColumn<bool>("Member"));

        float[] LogDensities(IDataView rows) => [.. model.Transform(rows).GetColumn<float>("LogDensity")];
    }

    [Fact]
    public void Whole_numbers_with_holes_may_be_single_as_a_text_loader_reads_them()
    {
        using var model = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 }).Fit(Frame(600, holes: false));
        var filled = model.Impute(new DataFrame(new SingleDataFrameColumn("Visits", [float.NaN, 51, 70]), new SingleDataFrameColumn("Number", [-3, float.NaN, -8])), seed: 1);
        float[] visits = [.. filled.GetColumn<float>("Visits")], numbers = [.. filled.GetColumn<float>("Number")];
        Assert.Equal((51, 70, -3, -8), (visits[1], visits[2], numbers[0], numbers[2]));
        Assert.InRange(visits[0], 50, 89);
        Assert.InRange(numbers[1], -599, 0);
        Assert.Equal(0, visits[0] % 1 + numbers[1] % 1);
    }

    [Fact]
    public void A_report_counts_nulls_of_a_DataFrame_as_missing()
    {
        var report = _ml.Data.QualityReport(Frame(300), Frame(300));
        Assert.Equal(0.25, report.Columns.Single(column => column.Name == "Visits").MissingReal, 2);
    }

    [Fact]
    public void Nulls_that_a_transform_has_read_already_are_warned_of()
    {
        var table = _ml.Transforms.Conversion.ConvertType("Visits", outputKind: DataKind.Single).Append(_ml.Transforms.Concatenate("Features", "Visits")).Fit(Frame(100)).Transform(Frame(100));
        var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 2 }, Training = { Epochs = 1 } };
        using var model = _ml.Transforms.NormalizingVariationalFlow(options).Fit(table);
        Assert.Contains(_warnings, warning => warning.Contains("nulls in 'Closed', 'Visits', 'Number', 'Member', which ML.NET has read as 0", StringComparison.Ordinal) && warning.Contains("mlContext.Data.LoadFromDataFrame(frame)", StringComparison.Ordinal));
    }

    private static double[] Numbers(IDataView table, string column) => [.. table.GetColumn<double>(column)];

    [Fact]
    public void What_is_no_DataFrame_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => _ml.Data.LoadFromDataFrame(_ml.Data.LoadFromArray([[1, 2]])));
        Assert.Contains("is no DataFrame", error.Message, StringComparison.Ordinal);
    }
}
