
namespace Microsoft.ML.NormalizingFlows.Tests.Quality;

/// <summary>The report passes what is good, and fails what must fail.</summary>
public sealed class QualityReportTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly QualityRow[] s_real = QualityRow.Draw(1_500, seed: 1);
    private static readonly Lazy<QualityReport> s_good = new(() => Report(QualityRow.Draw(1_500, seed: 3)));

    [Fact]
    public void New_rows_of_the_same_distribution_pass()
    {
        Assert.All(s_good.Value.Measures, measure => Assert.True(measure.Passes, measure.ToString()));
        Assert.True(s_good.Value.Passes);
        Assert.Equal(
            ["Shape", "Trend", "Correlation", "Spread", "TwoSample", "Utility", "AlphaPrecision", "BetaRecall", "RulesBroken", "Copies", "NearerThanReal", "NearerThanTest", "Membership"],
            s_good.Value.Measures.Select(measure => measure.Name));
        Assert.All(s_good.Value.Measures, measure => Assert.InRange(measure.Value, measure.Low, measure.High));
        Assert.InRange(s_good.Value.Measure("NearerThanReal").Value, 0.45, 0.55);
        // The target can be predicted, and not perfectly.
        Assert.InRange(s_good.Value.Measure("Utility").Goal, 0.65, 0.95);
    }

    [Fact]
    public void Independent_columns_have_the_shape_and_fail_the_two_sample_test()
    {
        QualityReport report = Report(QualityRow.Independent(s_real, seed: 4));
        Assert.True(report.Measure("Shape").Passes);
        Assert.False(report.Measure("TwoSample").Passes, report.Measure("TwoSample").ToString());
        Assert.False(report.Measure("Utility").Passes, report.Measure("Utility").ToString());
        PairQuality sizes = report.Pairs.Single(pair => pair is { First: "Height", Second: "Weight" } or { First: "Weight", Second: "Height" });
        Assert.InRange(sizes.CorrelationReal, 0.3, 1);
        Assert.InRange(sizes.CorrelationSynthetic, -0.12, 0.12);
        Assert.True(report.Measure("Trend").Value < s_good.Value.Measure("Trend").Value - 0.05);
        Assert.False(report.Passes);
    }

    [Fact]
    public void A_copy_of_the_data_fails_every_privacy_check()
    {
        QualityReport report = Report(s_real);
        Assert.True(report.Measure("TwoSample").Passes);
        foreach (string check in new[] { "Copies", "NearerThanReal", "NearerThanTest", "Membership" })
            Assert.False(report.Measure(check).Passes, report.Measure(check).ToString());
        // Without test rows one check is left, and sees it.
        QualityReport alone = s_ml.Data.QualityReport(View(s_real), View(s_real));
        Assert.Equal(["Shape", "Trend", "Correlation", "Spread", "TwoSample", "AlphaPrecision", "BetaRecall", "RulesBroken", "Copies", "NearerThanReal"], alone.Measures.Select(measure => measure.Name));
        Assert.False(alone.Measure("NearerThanReal").Passes);
    }

    [Fact]
    public void Numbers_that_spread_too_much_fail_spread_and_precision_and_show_in_their_column()
    {
        QualityRow[] wide = QualityRow.Draw(1_500, seed: 3);
        double mean = wide.Average(row => row.Weight);
        foreach (var row in wide)
            row.Weight = (float)(mean + 2 * (row.Weight - mean));
        QualityReport report = Report(wide);
        Assert.InRange(report.Columns.Single(column => column.Name == "Weight").DeviationRatio, 1.9, 2.1);
        Assert.InRange(report.Columns.Single(column => column.Name == "Weight").TailRatio, 4, 25);
        Assert.False(report.Measure("Spread").Passes, report.Measure("Spread").ToString());
        Assert.True(report.Measure("AlphaPrecision").Value < s_good.Value.Measure("AlphaPrecision").Value - 0.05);
    }

    [Fact]
    public void Rows_of_one_kind_only_fail_recall()
    {
        QualityRow[] drawn = QualityRow.Draw(6_000, seed: 3);
        double middle = drawn.Select(row => row.Height).Order().ElementAt(3_000);
        QualityReport report = Report([.. drawn.Where(row => row.Height > middle).Take(1_500)]);
        Assert.False(report.Measure("BetaRecall").Passes, report.Measure("BetaRecall").ToString());
    }

    [Fact]
    public void Values_that_never_come_together_break_a_rule_where_columns_are_drawn_one_by_one()
    {
        Ruled[] Draw(int seed, bool areApart)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, 2_000).Select(_ => random.Next(5) is var kind ? new Ruled { Kind = $"k{kind}", Number = (areApart ? kind : random.Next(5)) + random.NextDouble() } : null!)];
        }
        QualityReport good = s_ml.Data.QualityReport(s_ml.Data.LoadFromEnumerable(Draw(1, true)), s_ml.Data.LoadFromEnumerable(Draw(2, true)));
        QualityReport bad = s_ml.Data.QualityReport(s_ml.Data.LoadFromEnumerable(Draw(1, true)), s_ml.Data.LoadFromEnumerable(Draw(2, false)));
        // Of tenths of numbers next to a border a few rows fall on the other side.
        Assert.InRange(good.Measure("RulesBroken").Value, 0, 0.01);
        Assert.InRange(bad.Measure("RulesBroken").Value, 0.6, 0.85);
        Assert.False(bad.Measure("RulesBroken").Passes);
    }

    [Fact]
    public void A_spike_where_the_data_has_none_is_seen()
    {
        QualityRow[] rounded = QualityRow.Draw(1_500, seed: 3);
        foreach (var row in rounded)
            row.Height = MathF.Round(row.Height);
        Assert.False(Report(rounded).Measure("TwoSample").Passes);
    }

    [Fact]
    public void Dates_are_read_as_dates()
    {
        var start = new DateTime(2021, 3, 1);
        Dated[] Draw(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, 200).Select(_ => new Dated { Day = start.AddDays(random.Next(700)), Quarter = start.AddMonths(3 * random.Next(4)) })];
        }
        QualityReport report = s_ml.Data.QualityReport(s_ml.Data.LoadFromEnumerable(Draw(1)), s_ml.Data.LoadFromEnumerable(Draw(2)));
        ColumnDistribution day = report.Distributions.Single(column => column.Column == "Day");
        Assert.True(day.IsDate);
        Assert.InRange(day.Edges[0], start.Ticks / TimeSpan.TicksPerDay - 1, start.Ticks / TimeSpan.TicksPerDay + 20);
        Assert.Contains("2021-06-01", report.Distributions.Single(column => column.Column == "Quarter").Categories!);
    }

    [Fact]
    public void The_seed_reproduces_and_progress_is_told()
    {
        var steps = new List<string>();
        var options = new QualityReportOptions { Progress = new Sink(step => steps.Add($"{step.Done} of {step.Steps}")) };
        QualityReport first = s_ml.Data.QualityReport(View(s_real), View(QualityRow.Draw(300, seed: 3)), options);
        QualityReport second = s_ml.Data.QualityReport(View(s_real), View(QualityRow.Draw(300, seed: 3)), options);
        Assert.Equal(first.Measures, second.Measures);
        Assert.Equal(["0 of 5", "1 of 5", "2 of 5", "3 of 5", "4 of 5"], steps[..5]);
        options.Cancellation = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => s_ml.Data.QualityReport(View(s_real), View(s_real), options));
    }

    [Fact]
    public void A_number_is_a_target_as_well()
    {
        var options = Options();
        options.TargetColumnName = "Weight";
        QualityReport report = s_ml.Data.QualityReport(View(s_real), View(QualityRow.Draw(1_500, seed: 3)), options);
        Assert.InRange(report.Measure("Utility").Value, 0.9, 1);
        Assert.True(report.Measure("Utility").Passes, report.Measure("Utility").ToString());
    }

    [Fact]
    public void A_trainer_of_another_is_asked_and_must_score()
    {
        // The density of the features is a score, if a poor one.
        var options = Options();
        options.TargetColumnName = null;
        options.TwoSampleTrainer = s_ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            LogDensityColumnName = "Score",
            Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 4 },
            Training = { Epochs = 1 },
        });
        QualityReport report = s_ml.Data.QualityReport(View(s_real), View(QualityRow.Draw(300, seed: 3)), options);
        Assert.InRange(report.Measure("TwoSample").Value, 0.5, 1);

        options.TwoSampleTrainer = s_ml.Transforms.CopyColumns("Other", "Features");
        Assert.Contains("makes no column 'Score'", Assert.Throws<InvalidOperationException>(
            () => s_ml.Data.QualityReport(View(s_real), View(s_real), options)).Message);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var good = View(s_real);
        Says("The synthetic table has no column 'Kind'", good, WithoutKind());
        Says("The synthetic table has 0 rows", good, View([]));
        Says("There is no column 'Absent' to predict", good, good, options => options.TargetColumnName = "Absent");
        Says("but there is no Test", good, good, options => options.Test = null);
        Says("The target 'Old' is the same in all real rows", View([.. s_real.Where(row => row.Old)]), good);
        Says("The target 'Old' is the same in all test rows", good, good, options => options.Test = View([.. s_real.Where(row => row.Old)]));
        Says("MaximumRows is 5", good, good, options => options.MaximumRows = 5);
        Says("is one of IgnoredColumns", good, good, options => options.IgnoredColumns = ["Old"]);
        Says("'Both' is Vector", s_ml.Transforms.Concatenate("Both", "Height").Fit(good).Transform(good), good);
        Assert.Contains("has no measure 'Sharpe'", Assert.Throws<ArgumentException>(() => s_good.Value.Measure("Sharpe")).Message);
    }

    private static QualityReportOptions Options() => new() { Test = View(QualityRow.Draw(1_500, seed: 2)), TargetColumnName = "Old" };

    private static QualityReport Report(QualityRow[] synthetic) => s_ml.Data.QualityReport(View(s_real), View(synthetic), Options());

    private static IDataView View(QualityRow[] rows) => s_ml.Data.LoadFromEnumerable(rows);

    private static IDataView WithoutKind() => s_ml.Data.LoadFromEnumerable(s_real.Select(row => new Numbers { Height = row.Height, Weight = row.Weight }));

    private static void Says(string what, IDataView real, IDataView synthetic, Action<QualityReportOptions>? change = null)
    {
        var options = Options();
        change?.Invoke(options);
        Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(() => s_ml.Data.QualityReport(real, synthetic, options)).Message);
    }

    private sealed class Sink(Action<QualityProgress> told) : IProgress<QualityProgress>
    {
        public void Report(QualityProgress value) => told(value);
    }

    private sealed class Numbers
    {
        public float Height { get; set; }

        public double Weight { get; set; }
    }

    private sealed class Ruled
    {
        public string Kind { get; set; } = "";

        public double Number { get; set; }
    }

    private sealed class Dated
    {
        public DateTime Day { get; set; }

        public DateTime Quarter { get; set; }
    }
}
