using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

public class LongValuesTests
{
    [Theory]
    [InlineData("small")]
    [InlineData("snowflakes")]
    [InlineData("all of 64 bits")]
    [InlineData("nanoseconds and a code far away")]
    [InlineData("neighbours at both ends")]
    public void No_value_that_was_learned_is_changed(string kind)
    {
        var random = new Random(1);
        Int128[] values = [.. Enumerable.Range(0, 600).Select(i => kind switch
        {
            "small" => i - 300,
            "snowflakes" => (Int128)1_745_920_000_000_000_001 + 37L * i,
            "all of 64 bits" => random.NextInt64(long.MinValue, long.MaxValue),
            "nanoseconds and a code far away" => i == 3 ? -1 : 1_700_000_000_123_456_789 + random.NextInt64(1L << 50),
            _ => i % 2 == 0 ? long.MinValue + i : (Int128)ulong.MaxValue - i,
        }).Distinct()];
        var longs = LongValues.Of(values.ToDictionary(value => value, _ => 1L), origin: null);
        Assert.Equal(values.Length, values.Select(longs.Number).Distinct().Count());
        Assert.All(values, value => Assert.Equal(value, longs.Value(longs.Number(value))));
        using var stream = new MemoryStream();
        longs.Write(new BinaryWriter(stream));
        stream.Position = 0;
        var loaded = LongValues.Read(new BinaryReader(stream));
        Assert.All(values, value => Assert.Equal((longs.Number(value), value), (loaded.Number(value), loaded.Value(loaded.Number(value)))));
    }

    [Fact]
    public void The_step_of_ids_is_found_wherever_they_begin()
    {
        var counts = Enumerable.Range(0, 500).ToDictionary(i => (Int128)1_745_920_000_000_000_123 + 4_194_304L * i, _ => 1L);
        Assert.Equal(4_194_304, LongValues.Of(counts, origin: null).Grid.Step);
    }

    [Theory]
    [InlineData(double.NaN, 2)]
    [InlineData(double.PositiveInfinity, 2)]
    [InlineData(1e300, 1)]
    [InlineData(5, 2)]
    public void Numbers_that_no_file_has_are_refused(double number, int times)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.WriteInt128(0);
        writer.Write(times);
        for (int i = 0; i < times; i++)
        {
            writer.WriteInt128(i);
            writer.Write(number);
        }
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => LongValues.Read(new BinaryReader(stream)));
    }
}
