using Microsoft.Data.Analysis;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Relations;

/// <summary>Sums that a synthesizer finds: simple ones before others, and loose ones of many columns.</summary>
public class FoundSumTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    [Fact]
    public void Many_columns_that_hang_on_a_few_causes_keep_their_correlations()
    {
        const int Rows = 3_000, Width = 16, Causes = 3;
        var random = RandomStream.For(1, "factors");
        double[,] weights = new double[Width, Causes];
        for (int i = 0; i < Width * Causes; i++)
            weights[i / Causes, i % Causes] = random.NextNormal();
        double[][] table = [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            double[] causes = [random.NextNormal(), random.NextNormal(), random.NextNormal()];
            return Enumerable.Range(0, Width).Select(i => causes.Select((cause, j) => weights[i, j] * cause).Sum() + random.NextNormal()).ToArray();
        })];
        var frame = new DataFrame(Enumerable.Range(0, Width).Select(i => new DoubleDataFrameColumn($"X{i}", table.Select(row => row[i]))));
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(frame).Sample(Rows, seed: 2);
        double[][] columns = [.. Enumerable.Range(0, Width).Select(i => drawn.GetColumn<double>($"X{i}").ToArray())];
        double squares = 0;
        for (int i = 0; i < Width; i++)
        {
            for (int j = 0; j < i; j++)
                squares += Math.Pow(Numbers.Correlation(columns[i], columns[j]) - Numbers.Correlation([.. table.Select(row => row[i])], [.. table.Select(row => row[j])]), 2);
        }
        // Two draws of as many independent rows differ by some 0.026.
        Assert.InRange(Math.Sqrt(squares / (Width * (Width - 1) / 2)), 0, 0.04);
    }

    [Fact]
    public void A_day_that_follows_another_by_a_few_is_that_and_a_few()
    {
        var random = RandomStream.For(2, "days");
        Stay[] stays = [.. Enumerable.Range(0, 4_000).Select(_ => (19_358 + random.NextInt(730), random.NextInt(30), 1 + random.NextInt(6))).Select(days => new Stay(days.Item1 - days.Item2, days.Item1, days.Item1 + days.Item3))];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(stays)).Sample(4_000, seed: 1);
        var nights = drawn.GetColumn<double>("End").Zip(drawn.GetColumn<double>("Start"), (end, start) => end - start).ToArray();
        Assert.InRange(nights.Min(), 1, 6);
        Assert.InRange(nights.Max(), 1, 6);
    }

    [Fact]
    public void A_tax_of_two_rates_is_a_product()
    {
        var random = RandomStream.For(3, "tax");
        Bill[] bills = [.. Enumerable.Range(0, 3_000).Select(_ => (Math.Round(100 * Math.Exp(random.NextNormal()), 2), random.NextInt(3) == 0 ? 7.0 : 19.0)).Select(bill => new Bill(bill.Item1, bill.Item2, Math.Round(bill.Item1 * bill.Item2 / 100, 2)))];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(bills)).Sample(3_000, seed: 1);
        var rows = s_ml.Data.CreateEnumerable<Bill>(drawn, reuseRowObject: false).ToArray();
        Assert.InRange(rows.Count(bill => Math.Abs(bill.Tax - bill.Net * bill.Rate / 100) > 0.011), 0, 15);
    }

    [Fact]
    public void A_product_that_no_row_had_is_drawn_where_all_rows_keep_it()
    {
        var random = RandomStream.For(5, "goods");
        double[] list = [.. Enumerable.Range(0, 80).Select(_ => Math.Round(Math.Exp(3 + random.NextNormal()), 2))];
        Bill[] bills = [.. Enumerable.Range(0, 6_000).Select(_ => (Price: list[random.NextInt(list.Length)], Quantity: 1 + (int)(12 * Math.Pow(random.NextUniform(), 3)))).Select(row => new Bill(row.Price, row.Quantity, Math.Round(row.Price * row.Quantity, 2)))];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(bills)).Sample(4_000, seed: 1);
        var rows = s_ml.Data.CreateEnumerable<Bill>(drawn, reuseRowObject: false).ToArray();
        Assert.InRange(rows.Count(bill => Math.Abs(bill.Tax - bill.Net * bill.Rate) > 0.006), 0, 5);
    }

    /// <summary>Most rows have no discount, so that the median row is told by quantity and price alone.</summary>
    [Fact]
    public void A_price_less_a_discount_that_few_rows_have_is_found()
    {
        var random = RandomStream.For(6, "sales");
        double[] list = [4.99, 9.5, 12, 19.9, 49, 99.95, 150];
        int[] discounts = [0, 0, 0, 5, 10];
        Sale[] sales = [.. Enumerable.Range(0, 4_000).Select(_ => (Quantity: 1 + random.NextInt(11), Price: list[random.NextInt(7)], Discount: discounts[random.NextInt(5)]))
            .Select(row => new Sale(row.Quantity, row.Price, row.Discount, Math.Round(row.Quantity * row.Price * (100 - row.Discount) / 100, 2)))];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(sales)).Sample(4_000, seed: 1);
        var rows = s_ml.Data.CreateEnumerable<Sale>(drawn, reuseRowObject: false).ToArray();
        Assert.InRange(rows.Count(sale => Math.Abs(sale.Net - sale.Quantity * sale.Price * (100 - sale.Discount) / 100) > 0.0101), 0, 4);
    }

    /// <summary>Where the first parts exceed the whole no last part makes up for it: the row is drawn anew.</summary>
    [Fact]
    public void Parts_of_a_whole_sum_to_it_in_all_rows()
    {
        var random = RandomStream.For(7, "parts");
        Parts[] table = [.. Enumerable.Range(0, 3_000).Select(_ =>
        {
            double[] sizes = [.. new[] { 4, 2, 1, 1 }.Select(stages => Enumerable.Range(0, stages).Sum(_ => -Math.Log(random.NextUniform())))];
            double[] shares = [.. sizes.Skip(1).Select(size => Math.Round(100 * size / sizes.Sum(), 1))];
            return new Parts(Math.Round(100 - shares.Sum(), 1), shares[0], shares[1], shares[2]);
        })];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(table)).Sample(4_000, seed: 1);
        var rows = s_ml.Data.CreateEnumerable<Parts>(drawn, reuseRowObject: false).ToArray();
        Assert.All(rows, row => Assert.Equal(100, row.First + row.Second + row.Third + row.Last, 1e-6));
        Assert.All(rows, row => Assert.InRange(row.Last, 0, 100));
    }

    public sealed record Sale(double Quantity, double Price, double Discount, double Net)
    {
        public Sale()
            : this(0, 0, 0, 0)
        {
        }
    }

    public sealed record Parts(double First, double Second, double Third, double Last)
    {
        public Parts()
            : this(0, 0, 0, 0)
        {
        }
    }

    public sealed record Stay(double Booked, double Start, double End);

    public sealed record Bill(double Net, double Rate, double Tax)
    {
        public Bill()
            : this(0, 0, 0)
        {
        }
    }
}
