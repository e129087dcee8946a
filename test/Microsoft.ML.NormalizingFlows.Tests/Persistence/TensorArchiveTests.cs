using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence;

public class TensorArchiveTests
{
    private static readonly NamedArray[] Arrays =
        [new("a", [2, 3], [1, 2, 3, 4, float.Epsilon, float.MaxValue]), new("empty", [0, 4], []), new("scalar", [], [7])];

    private static byte[] Written()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        TensorArchive.Write(writer, "what it is", Arrays);
        return stream.ToArray();
    }

    private static (string Description, IReadOnlyList<NamedArray> Tensors) Read(byte[] bytes) =>
        TensorArchive.Read<string>(new BinaryReader(new MemoryStream(bytes)));

    [Fact]
    public void Come_back_as_written()
    {
        var (description, read) = Read(Written());
        Assert.Equal("what it is", description);
        Assert.Equal(Arrays.Length, read.Count);
        foreach (var (expected, actual) in Arrays.Zip(read))
        {
            Assert.Equal(expected.Name, actual.Name);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Values, actual.Values);
        }
    }

    [Fact]
    public void Every_truncation_is_an_error()
    {
        byte[] bytes = Written();
        for (int length = 0; length < bytes.Length; length++)
            Assert.True(Record.Exception(() => Read(bytes[..length])) is InvalidDataException or EndOfStreamException);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void A_description_of_impossible_length_is_refused_before_anything_is_allocated(int length)
    {
        byte[] bytes = Written();
        BitConverter.TryWriteBytes(bytes, length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Read(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }
}
