using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence;

public class SizedArraysTests
{
    [Fact]
    public void Arrays_and_numbers_of_128_bits_come_back()
    {
        Int128[] numbers = [0, -1, Int128.MinValue, Int128.MaxValue, (Int128)1 << 64, ulong.MaxValue];
        using var reader = Of(writer =>
        {
            writer.WriteArray<double>([1.5, double.NaN, -0.0]);
            writer.WriteArray<short>([]);
            foreach (var number in numbers)
                writer.WriteInt128(number);
        });
        Assert.Equal([1.5, double.NaN, -0.0], reader.ReadArray<double>());
        Assert.Equal([], reader.ReadArray<short>());
        Assert.All(numbers, number => Assert.Equal(number, reader.ReadInt128()));
        Assert.Equal(reader.BaseStream.Length, reader.BaseStream.Position);
    }

    [Theory]
    [InlineData(3, 4, 3)]
    [InlineData(4, 4, null)]
    [InlineData(-1, 4, null)]
    [InlineData(14, 1, 14)]
    [InlineData(15, 1, null)]
    [InlineData(int.MaxValue, 1, null)]
    public void There_are_as_many_items_as_there_is_room_for(int claimed, int leastBytes, int? count)
    {
        // 20 bytes, of which 14 are left behind the number.
        using var reader = Of(writer =>
        {
            writer.Write((short)0);
            writer.Write(claimed);
            writer.Write(new byte[14]);
        });
        reader.ReadInt16();
        if (count is null)
            Assert.Equal($"it claims {claimed} values", Assert.Throws<InvalidDataException>(() => reader.ReadCount(leastBytes)).Message);
        else
            Assert.Equal(count, reader.ReadCount(leastBytes));
    }

    private static BinaryReader Of(Action<BinaryWriter> write)
    {
        var stream = new MemoryStream();
        write(new BinaryWriter(stream));
        stream.Position = 0;
        return new BinaryReader(stream);
    }
}
