using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Relations;

/// <summary>
/// Bills and payments, of which a third are just the last bill; boxes whose height hangs on the other sides and the volume but for rounding; and a total.
/// </summary>
public class RelationTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Account[] s_accounts = Draw(6_000, seed: 1);
    private static readonly Lazy<SynthesizerTransformer> s_synthesizer = new(() =>
        s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(View(s_accounts)));

    [Fact]
    public void Values_equal_those_of_another_column_as_often_as_in_the_training_rows()
    {
        Assert.Equal(Equal(s_accounts), Equal(Sample(6_000)), 0.03);

        static double Equal(Account[] rows) => rows.Count(row => row.Payment == row.Bill) / (double)rows.Length;
    }

    [Fact]
    public void A_near_exact_relation_is_as_near_in_drawn_rows()
    {
        double real = Error(s_accounts), drawn = Error(Sample(6_000));
        Assert.InRange(drawn, 0.7 * real, 1.3 * real);

        static double Error(Account[] rows) => rows.Select(row => Math.Abs(row.Height - row.Volume / (row.Length * row.Width))).Order().ElementAt(rows.Length / 2);
    }

    [Fact]
    public void A_sum_that_all_rows_keep_is_kept()
    {
        // But for rows whose total would be one beyond all that were seen.
        Assert.InRange(Sample(6_000).Count(row => row.Bill + row.Fee != row.Total), 0, 6);
    }

    [Fact]
    public void Densities_gain_what_a_relation_tells()
    {
        var rows = Draw(1_000, seed: 2);
        float[] logs = LogDensities(rows);
        Assert.All(logs, log => Assert.True(float.IsFinite(log)));
        // A total of whole numbers that is told costs nothing; another one is next to impossible.
        float[] wrong = LogDensities([.. rows.Select(row => row with { Total = row.Total + 7 })]);
        Assert.All(logs.Zip(wrong), pair => Assert.True(pair.Second < pair.First - 5));
    }

    [Fact]
    public void A_related_column_is_drawn_as_often_as_its_density_says()
    {
        // A column behind it would tell payments apart by chance.
        var synthesizer = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 })
            .Fit(s_ml.Transforms.SelectColumns("Bill", "Payment").Fit(View(s_accounts)).Transform(View(s_accounts)));
        var row = s_accounts.First(account => account.Bill % 100 > 10);
        Account[] all = [.. Enumerable.Range(0, 2_100).Select(payment => row with { Payment = payment })];
        double[] likely = [.. synthesizer.Transform(View(all)).GetColumn<float>("LogDensity").Select(log => Math.Exp(log))];
        double[] drawn = [.. synthesizer.Sample(20_000, seed: 3, given: new { row.Bill }).GetColumn<double>("Payment")];
        Assert.Equal(drawn.Count(payment => payment == row.Bill) / 20_000.0, likely[(int)row.Bill] / likely.Sum(), 0.02);
        Assert.Equal(drawn.Count(payment => payment == 0) / 20_000.0, likely[0] / likely.Sum(), 0.02);
    }

    [Fact]
    public void A_payment_that_is_given_is_drawn_with_the_bill_that_it_tells()
    {
        // Half of the rows that pay as odd a sum pay a bill of that sum.
        var drawn = Read(s_synthesizer.Value.Sample(200, seed: 3, given: new { Payment = 1_237.0 }));
        Assert.All(drawn, account => Assert.Equal(1_237, account.Payment));
        double real = s_accounts.Count(account => account.Payment == account.Bill) / (double)s_accounts.Count(account => account.Payment > 0 && account.Payment % 100 != 0);
        Assert.InRange(drawn.Count(account => account.Bill == 1_237) / 200.0, real - 0.15, 1);
    }

    [Fact]
    public void A_range_that_is_given_holds_for_a_related_column()
    {
        Assert.All(Read(s_synthesizer.Value.Sample(50, seed: 3, given: new { Total = (300.0, 320.0) })), account =>
        {
            Assert.InRange(account.Total, 300, 320);
            Assert.Equal(account.Bill + account.Fee, account.Total);
        });
    }

    [Fact]
    public void A_missing_value_is_filled_by_what_the_others_tell()
    {
        Account[] rows = [.. Draw(100, seed: 4).Select((row, i) => i % 2 == 0 ? row with { Total = double.NaN } : row with { Fee = double.NaN })];
        Account[] whole = Read(s_synthesizer.Value.Impute(View(rows), seed: 5));
        Assert.All(whole.Where((_, i) => i % 2 == 0), row => Assert.Equal(row.Bill + row.Fee, row.Total));
        // Fees come before totals and are drawn by how well these agree: one of ten, so that nearly all are right.
        Assert.InRange(whole.Where((_, i) => i % 2 == 1).Count(row => row.Bill + row.Fee == row.Total), 46, 50);
    }

    [Fact]
    public void A_saved_synthesizer_draws_the_same()
    {
        using var stream = new MemoryStream();
        s_ml.Model.Save(s_synthesizer.Value, null, stream);
        var loaded = (SynthesizerTransformer)s_ml.Model.Load(stream, out _);
        Assert.Equal(Sample(500), Read(loaded.Sample(500, seed: 3)));
    }

    [Fact]
    public void Independent_numbers_have_no_relation()
    {
        var random = RandomStream.For(9, "rows");
        var rows = Enumerable.Range(0, 3_000).Select(_ => new Account { Bill = random.NextInt(50), Payment = random.NextInt(50), Fee = Math.Round(random.NextNormal(), 2), Total = random.NextNormal() });
        var synthesizer = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 1, Seed = 1, Threads = 1 }).Fit(View([.. rows]));
        Assert.DoesNotContain(synthesizer.File.Codec.Codes, code => code.Relation is not null);
    }

    private static IDataView View(Account[] rows) => s_ml.Data.LoadFromEnumerable(rows);

    private static Account[] Sample(int rows) => Read(s_synthesizer.Value.Sample(rows, seed: 3));

    private static Account[] Read(IDataView view) => [.. s_ml.Data.CreateEnumerable<Account>(view, reuseRowObject: false)];

    private static float[] LogDensities(Account[] rows) => [.. s_synthesizer.Value.Transform(View(rows)).GetColumn<float>("LogDensity")];

    private static Account[] Draw(int rows, ulong seed)
    {
        var random = RandomStream.For(seed, "accounts");
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            double bill = random.NextInt(2_000), fee = random.NextInt(10);
            double payment = random.NextInt(3) switch { 0 => 0, 1 => bill, _ => 100 * random.NextInt(20) + random.NextInt(3) };
            double length = Round(4 + random.NextUniform() * 5), width = Round(length * (0.9 + 0.2 * random.NextUniform()));
            double volume = Math.Round(length * width * (2 + 3 * random.NextUniform()), 1);
            return new Account { Bill = bill, Payment = payment, Fee = fee, Total = bill + fee, Length = length, Width = width, Volume = volume, Height = Round(volume / (length * width) + 0.01 * random.NextNormal()) };
        })];

        static double Round(double value) => Math.Round(value, 2);
    }

    private sealed record Account
    {
        public double Bill { get; set; }

        public double Payment { get; set; }

        public double Fee { get; set; }

        public double Total { get; set; }

        public double Length { get; set; }

        public double Width { get; set; }

        public double Volume { get; set; }

        public double Height { get; set; }
    }
}
