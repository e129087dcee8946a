namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>What ML.NET's views over other views do; the orders are those of ML.NET 5.0.0.</summary>
public sealed class MLViewTests
{
    private readonly MLContext _ml = new(seed: 7);

    private IDataView Ten => MLRows.Numbered(_ml, 10);

    [Fact]
    public void Rows_are_skipped_and_taken_in_order()
    {
        Assert.Equal("3 4 5 6", MLRows.Order(_ml.Data.TakeRows(_ml.Data.SkipRows(Ten, 3), 4)));
        Assert.Equal(4, _ml.Data.TakeRows(_ml.Data.SkipRows(Ten, 3), 4).GetRowCount());
        Assert.Equal(0, _ml.Data.SkipRows(Ten, 30).GetRowCount());
        Assert.Throws<ArgumentOutOfRangeException>("count", () => _ml.Data.TakeRows(Ten, 0));
    }

    [Fact]
    public void A_shuffle_has_the_order_of_its_seed_in_every_pass()
    {
        var shuffled = _ml.Data.ShuffleRows(Ten, seed: 3);
        Assert.Equal("5 8 2 0 9 6 4 7 3 1", MLRows.Order(shuffled));
        Assert.Equal(MLRows.Order(shuffled), MLRows.Order(shuffled));
        Assert.True(shuffled.CanShuffle);
        Assert.False(Ten.CanShuffle);
    }

    [Fact]
    public void A_small_pool_keeps_rows_near_their_place() =>
        Assert.Equal("1 3 2 4 6 5 8 7 9 0", MLRows.Order(_ml.Data.ShuffleRows(Ten, seed: 3, shufflePoolSize: 3)));

    [Fact]
    public void A_shuffle_of_a_cache_shuffles_the_source_too() =>
        Assert.Equal("8 7 1 3 9 4 0 2 6 5", MLRows.Order(_ml.Data.ShuffleRows(_ml.Data.Cache(Ten), seed: 3, shufflePoolSize: 3)));

    [Fact]
    public void A_cache_reads_the_source_once_for_each_column()
    {
        var passes = 0;
        IEnumerable<MLRows.Point> Rows()
        {
            passes++;
            for (var i = 0; i < 5; i++)
                yield return new MLRows.Point { X = i };
        }

        var cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.Null(cached.GetRowCount());
        Assert.Equal("0 1 2 3 4", MLRows.Order(cached));
        Assert.Equal("0 1 2 3 4", MLRows.Order(cached));
        Assert.Equal(1, passes);
        Assert.Equal(5, cached.GetRowCount());
        Assert.True(cached.CanShuffle);
    }

    [Fact]
    public void A_split_draws_from_the_seed_that_is_given()
    {
        var split = _ml.Data.TrainTestSplit(Ten, testFraction: 0.3, seed: 5);
        Assert.Equal("1 2 7", MLRows.Order(split.TestSet));
        Assert.Equal("0 3 4 5 6 8 9", MLRows.Order(split.TrainSet));
        Assert.False(split.TrainSet.CanShuffle);
        Assert.Equal(["X", "Y"], split.TrainSet.Schema.Select(column => column.Name));
    }

    [Fact]
    public void A_split_without_a_seed_draws_from_that_of_the_context()
    {
        Assert.Equal("3", MLRows.Order(_ml.Data.TrainTestSplit(Ten, testFraction: 0.3).TestSet));
        var unseeded = new MLContext();
        Assert.Equal("5 6", MLRows.Order(unseeded.Data.TrainTestSplit(MLRows.Numbered(unseeded, 10), testFraction: 0.3).TestSet));
    }
}
