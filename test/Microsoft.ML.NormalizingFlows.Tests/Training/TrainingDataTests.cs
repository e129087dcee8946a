using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class TrainingDataTests
{
    private static float[][] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => new[] { (float)i, -i })];

    private static TrainingData Read(float[][] rows, TrainingSettings? settings = null, float[][]? validation = null) =>
        TrainingData.Read(new ArrayRows(rows, 2), validation is null ? null : new ArrayRows(validation, 2), settings ?? new(), seed: 1);

    [Theory]
    [InlineData(float.NaN, "NaN (missing)")]
    [InlineData(float.PositiveInfinity, "+infinity")]
    [InlineData(float.NegativeInfinity, "-infinity")]
    public void A_value_that_is_not_finite_is_named_with_its_row_and_feature(float value, string name)
    {
        var rows = Numbered(50);
        rows[31][1] = value;
        var error = Assert.Throws<InvalidOperationException>(() => Read(rows));
        Assert.Contains("Row 31 ", error.Message);
        Assert.Contains("Features[1]", error.Message);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void Rows_that_are_not_finite_can_be_dropped()
    {
        var rows = Numbered(100);
        rows[3][0] = float.NaN;
        rows[99][1] = float.PositiveInfinity;
        var data = Read(rows, new() { NonFiniteRows = NonFiniteRows.Drop });
        Assert.Equal(98, data.Count + data.Validation.Count);
    }

    [Fact]
    public void The_split_is_by_the_fraction_and_the_same_each_time()
    {
        var settings = new TrainingSettings { ValidationFraction = 0.2 };
        var data = Read(Numbered(5_000), settings);
        var again = Read(Numbered(5_000), settings);
        Assert.InRange(data.Validation.Count, 900, 1_100);
        Assert.Equal(5_000, data.Count + data.Validation.Count);
        Assert.Equal(data.Validation.Values.ToArray(), again.Validation.Values.ToArray());
        var held = Enumerable.Range(0, data.Validation.Count).Select(i => data.Validation[i][0]).ToHashSet();
        Assert.DoesNotContain(Enumerable.Range(0, data.Resident.Count), i => held.Contains(data.Resident[i][0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Too_few_rows_are_an_error(int count)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Read(Numbered(count)));
        Assert.Contains($"{count} usable row", error.Message);
    }

    [Fact]
    public void Few_rows_are_all_trained_on()
    {
        var data = Read(Numbered(19));
        Assert.Equal(19, data.Count);
        Assert.False(data.HasHeldOut);
    }

    [Fact]
    public void Validation_rows_that_are_given_are_used_and_must_not_be_empty()
    {
        var data = Read(Numbered(40), validation: Numbered(7));
        Assert.Equal(40, data.Count);
        Assert.Equal(7, data.Validation.Count);
        var error = Assert.Throws<InvalidOperationException>(() => Read(Numbered(40), validation: []));
        Assert.Contains("validation", error.Message);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(64)]
    public void An_epoch_has_every_row_once_whether_in_memory_or_streamed(int shuffleRows)
    {
        var data = Read(Numbered(1_000), new() { ShuffleRows = shuffleRows }, Numbered(5));
        Assert.Equal(shuffleRows > 1_000, data.IsResident);
        using var batches = new Batches(data, 128, seed: 3);
        Assert.Equal(8, batches.PerEpoch);
        float[] first = Epoch(batches, 1);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => (float)i), first.Order());
        Assert.Equal(first, Epoch(batches, 1));
        Assert.NotEqual(first, Epoch(batches, 2));
        Assert.NotEqual(first, first.Order());
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(64)]
    public void An_epoch_may_be_a_part_of_a_pass_and_a_later_one_begins_where_it_would_have(int shuffleRows)
    {
        var data = Read(Numbered(1_000), new() { ShuffleRows = shuffleRows }, Numbered(5));
        using var whole = new Batches(data, 100, seed: 3);
        using var batches = new Batches(data, 100, seed: 3, maximumPerEpoch: 3);
        Assert.Equal([0L, 3, 6, 10, 13, 16, 20], Enumerable.Range(0, 7).Select(epoch => batches.UpTo(epoch)));
        float[][] epochs = [.. Enumerable.Range(0, 6).Select(epoch => Epoch(batches, epoch))];
        Assert.Equal(Epoch(whole, 0), epochs.Take(3).SelectMany(epoch => epoch));
        Assert.Equal(Epoch(whole, 1), epochs.Skip(3).SelectMany(epoch => epoch));
        foreach (int epoch in new[] { 4, 1, 5, 0 })
        {
            using var resumed = new Batches(data, 100, seed: 3, maximumPerEpoch: 3);
            Assert.Equal(epochs[epoch], Epoch(resumed, epoch));
            Assert.Equal(epochs[epoch], Epoch(batches, epoch));
        }
    }

    private static float[] Epoch(Batches batches, long epoch) => [.. batches.Epoch(epoch).SelectMany(batch => batch.ToArray().Where((_, i) => i % 2 == 0))];

    [Fact]
    public void Held_out_rows_that_are_many_are_drawn()
    {
        var data = Read(Numbered(100), validation: Numbered(5_000));
        Assert.Same(data.Validation, data.HeldOutSample(5_000, new RandomStream(1)));
        var sample = data.HeldOutSample(1_000, new RandomStream(1));
        float[] drawn = [.. Enumerable.Range(0, sample.Count).Select(i => sample[i][0])];
        Assert.Equal(1_000, drawn.Distinct().Count());
        Assert.InRange(drawn.Average(), 2_350, 2_650);
        Assert.All(drawn, value => Assert.InRange(value, 0, 4_999));
    }

    [Fact]
    public void A_constant_feature_is_filled_with_narrow_noise()
    {
        var rows = Numbered(200);
        foreach (var row in rows)
            row[1] = 42;
        var data = Read(rows);
        Assert.Equal([1], data.Scale.Constant);
        Assert.Equal(42, data.Scale.Shift[1]);
        var filled = new Batches(data, 1_000, seed: 1).Epoch(0).Single().ToArray().Where((_, i) => i % 2 == 1).ToArray();
        Assert.True(filled.Distinct().Count() > 100);
        Assert.All(filled, value => Assert.InRange(value, 42 - 6 * 0.042, 42 + 6 * 0.042));
    }

    [Fact]
    public void Shift_and_scale_are_mean_and_deviation_even_for_huge_values()
    {
        var rows = Numbered(100);
        foreach (var row in rows)
            row[1] *= 1e28f;
        var data = Read(rows, validation: Numbered(3));
        Assert.Equal(49.5f, data.Scale.Shift[0], 3);
        Assert.Equal(Math.Sqrt((100 * 100 - 1) / 12.0), data.Scale.Scale[0], 3);
        Assert.Equal(1e28, data.Scale.Scale[1] / data.Scale.Scale[0], 1e24);
    }
}
