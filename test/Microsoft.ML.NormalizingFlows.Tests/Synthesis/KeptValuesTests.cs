using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>Values of 64 bits are drawn as they were given: dates with their granularity and kind, spans of time, long ids.</summary>
public class KeptValuesTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    [Theory]
    [InlineData(1740, 1, "days")]
    [InlineData(1960, 1, "milliseconds")]
    [InlineData(2000, 1, "ticks")]
    [InlineData(2200, 3_155_378_975_999_999_999, "seconds")]
    [InlineData(1999, 3_155_378_112_000_000_000, "days")]
    [InlineData(2020, 0, "hours")]
    public void Dates_of_any_year_keep_granularity_and_far_codes(int year, long code, string granularity)
    {
        var random = new Random(1);
        var first = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var rows = Enumerable.Range(0, 1_500).Select(i => new Row
        {
            At = i % 100 == 7 && code != 1 ? new DateTime(code, code == 0 ? DateTimeKind.Unspecified : DateTimeKind.Utc) : granularity switch
            {
                "days" => first.AddDays(random.Next(9_000)),
                "hours" => first.AddHours(random.Next(90_000)),
                "seconds" => first.AddSeconds(random.Next(90_000_000)),
                "milliseconds" => first.AddMilliseconds(random.Next(int.MaxValue)),
                _ => first.AddTicks(random.NextInt64(1L << 50)),
            },
        }).ToList();
        long unit = granularity switch { "days" => TimeSpan.TicksPerDay, "hours" => TimeSpan.TicksPerHour, "seconds" => TimeSpan.TicksPerSecond, "milliseconds" => TimeSpan.TicksPerMillisecond, _ => 1 };
        DateTime[] drawn = [.. Again(Fit(rows)).Sample(4_000, seed: 1).GetColumn<DateTime>("At")];
        var (codes, others) = (drawn.Where(date => date.Ticks == code).ToArray(), drawn.Where(date => date.Ticks != code).ToArray());
        Assert.InRange(codes.Length, code == 1 ? 0 : 15, code == 1 ? 0 : 80);
        Assert.All(others, date =>
        {
            Assert.Equal(0, date.Ticks % unit);
            Assert.InRange(date, first, rows.Max(row => row.At.Ticks == code ? first : row.At));
            Assert.Equal(DateTimeKind.Utc, date.Kind);
        });
    }

    // Squares of these have no sum.
    [Fact]
    public void Numbers_of_any_size_are_drawn()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 400).Select(i => new Sizes
        {
            Usual = random.NextDouble(), Great = 1e300 * random.NextDouble(), Small = 1e-300 * random.NextDouble(), Ends = i % 2 == 0 ? double.MaxValue : double.MinValue,
            Coded = i % 9 == 0 ? double.MaxValue : random.NextDouble(), Least = i % 2 == 0 ? double.Epsilon : 0,
        }).ToList();
        using var model = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(rows));
        Assert.All(s_ml.Data.CreateEnumerable<Sizes>(model.Sample(200, seed: 1), reuseRowObject: false), row =>
        {
            Assert.InRange(row.Great, 0, 1.1e300);
            Assert.InRange(row.Small, 0, 1.1e-300);
            Assert.True(Math.Abs(row.Ends) == double.MaxValue);
            Assert.True(row.Coded is double.MaxValue or > -0.1 and < 1.1);
            Assert.True(row.Least is 0 or double.Epsilon);
        });
    }

    private sealed class Sizes
    {
        public double Usual { get; set; }

        public double Great { get; set; }

        public double Small { get; set; }

        public double Ends { get; set; }

        public double Coded { get; set; }

        public double Least { get; set; }
    }

    [Fact]
    public void Spans_of_time_are_drawn_as_such()
    {
        var random = new Random(2);
        var rows = Enumerable.Range(0, 1_000).Select(_ => new Row { Span = TimeSpan.FromMinutes(random.Next(-500, 5_000)) }).ToList();
        TimeSpan[] drawn = [.. Again(Fit(rows)).Sample(500, seed: 1).GetColumn<TimeSpan>("Span")];
        Assert.All(drawn, span => Assert.True(span.Ticks % TimeSpan.TicksPerMinute == 0 && span >= rows.Min(row => row.Span) && span <= rows.Max(row => row.Span)));
        Assert.True(drawn.Distinct().Count() > 300);
    }

    [Theory]
    [InlineData(1_745_920_000_000_000_001, 37)]
    [InlineData(long.MaxValue - 40_000_000_000, 12_345_677)]
    [InlineData(long.MinValue, 1)]
    public void Long_ids_are_categories_conditions_and_unique_keys_to_the_last_digit(long first, long step)
    {
        var rows = Enumerable.Range(0, 400).Select(i => new Row { Id = first + i * step, Unsigned = ulong.MaxValue - (ulong)i * 3 }).ToList();
        var category = new SynthesizerColumnOptions { Kind = ColumnKind.Category };
        var synthesizer = Again(Fit(rows, ("Id", category), ("Unsigned", category)));
        Assert.Empty(synthesizer.Sample(300, seed: 1).GetColumn<long>("Id").Except(rows.Select(row => row.Id)));
        Assert.Empty(synthesizer.Sample(300, seed: 1).GetColumn<ulong>("Unsigned").Except(rows.Select(row => row.Unsigned)));
        Assert.Equal(rows[5].Id, synthesizer.Sample(1, seed: 1, given: new { rows[5].Id }).GetColumn<long>("Id").Single());
        Assert.Equal(rows[5].Unsigned, synthesizer.Sample(1, seed: 1, given: new { rows[5].Unsigned }).GetColumn<ulong>("Unsigned").Single());
        Assert.Throws<ArgumentException>(() => synthesizer.Sample(1, given: new { Id = first + 400 * step }));

        long[] keys = [.. Again(Fit(rows, ("Id", new() { Unique = true }))).Sample(500, seed: 1).GetColumn<long>("Id")];
        Assert.Equal(Enumerable.Range(400, 500).Select(i => first + i * step), keys);
    }

    [Fact]
    public void Long_numbers_keep_their_step_and_repeated_ones_their_digits()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 2_000).Select(i => new Row { Id = i % 20 == 3 ? -1 : (1_700_000_000L + random.Next(10_000_000)) * 1_000_000_000 + 7 }).ToList();
        long[] drawn = [.. Again(Fit(rows)).Sample(2_000, seed: 1).GetColumn<long>("Id")];
        Assert.All(drawn.Where(id => id != -1), id => Assert.Equal(7, id % 1_000_000_000));
        Assert.InRange(drawn.Count(id => id == -1), 40, 180);
    }

    [Theory]
    [InlineData("int")]
    [InlineData("long")]
    public void Dates_written_as_numbers_are_drawn_as_dates(string type)
    {
        var random = new Random(4);
        int[] written = [.. Enumerable.Range(0, 1_000).Select(_ => int.Parse(new DateTime(2019, 12, 1).AddDays(random.Next(500)).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture)))];
        string name = type == "int" ? "Day" : "Id";
        var synthesizer = Again(Fit(written.Select(date => type == "int" ? new Row { Day = date } : new Row { Id = date }), (name, new() { Kind = ColumnKind.Date })));
        var drawn = synthesizer.Sample(1_000, seed: 1);
        long[] dates = type == "int" ? [.. drawn.GetColumn<int>(name).Select(date => (long)date)] : [.. drawn.GetColumn<long>(name)];
        Assert.All(dates, date => Assert.InRange(DateTime.ParseExact($"{date}", "yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture), new(2019, 12, 1), new(2021, 4, 14)));
        Assert.True(dates.Except(written.Select(date => (long)date)).Any() || dates.Distinct().Count() > 300);
        var given = synthesizer.Sample(200, given: type == "int" ? new { Day = (20200225, 20200303) } : new { Id = (20200225, 20200303) });
        Assert.All(type == "int" ? given.GetColumn<int>(name).Select(date => (long)date) : given.GetColumn<long>(name), date => Assert.InRange(date, 20200225, 20200303));
        string error = Assert.Throws<InvalidOperationException>(() => Fit([new() { Day = 20200230, Id = 20200230 }, new() { Day = 20200101, Id = 20200101 }], (name, new() { Kind = ColumnKind.Date }))).Message;
        Assert.Contains("20200230", error);
    }

    [Fact]
    public void A_type_that_cannot_be_drawn_says_how_to_convert_it()
    {
        var table = s_ml.Data.LoadFromEnumerable([new Offset(), new Offset()]);
        Assert.Contains("UtcDateTime", Assert.Throws<ArgumentException>(() => s_ml.Data.Synthesizer().Fit(table)).Message);
    }

    private static SynthesizerTransformer Fit(IEnumerable<Row> rows, params (string Name, SynthesizerColumnOptions Options)[] columns)
    {
        var options = new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 };
        foreach (var (name, column) in columns)
            options.Columns[name] = column;
        return s_ml.Data.Synthesizer(options).Fit(s_ml.Data.LoadFromEnumerable(rows));
    }

    private static SynthesizerTransformer Again(SynthesizerTransformer synthesizer)
    {
        using var stream = new MemoryStream();
        s_ml.Model.Save(synthesizer, null, stream);
        return (SynthesizerTransformer)s_ml.Model.Load(stream, out _);
    }

    private sealed class Row
    {
        public DateTime At { get; set; }

        public TimeSpan Span { get; set; }

        public long Id { get; set; }

        public int Day { get; set; }

        public ulong Unsigned { get; set; }
    }

    private sealed class Offset
    {
        public DateTimeOffset At { get; set; }
    }
}
