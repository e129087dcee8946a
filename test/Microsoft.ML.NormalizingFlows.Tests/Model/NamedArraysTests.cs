using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.Model;

public class NamedArraysTests
{
    private static readonly NamedArray[] Arrays =
        [new("a", [2, 3], [1, 2, 3, 4, 5, float.NaN]), new("empty", [0, 4], []), new("scalar", [], [7])];

    private static byte[] Written()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        NamedArrays.Write(writer, Arrays);
        return stream.ToArray();
    }

    private static IReadOnlyList<NamedArray> Read(byte[] bytes) => NamedArrays.Read(new BinaryReader(new MemoryStream(bytes)));

    [Fact]
    public void ComeBackAsWritten()
    {
        var read = Read(Written());
        Assert.Equal(Arrays.Length, read.Count);
        foreach (var (expected, actual) in Arrays.Zip(read))
        {
            Assert.Equal(expected.Name, actual.Name);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Values, actual.Values);
        }
    }

    [Fact]
    public void EveryTruncationIsAnError()
    {
        byte[] bytes = Written();
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => Read(bytes[..length]));
    }

    [Fact]
    public void ImpossibleSizesAreRefusedBeforeAnythingIsAllocated()
    {
        byte[] bytes = Written();
        BitConverter.TryWriteBytes(bytes.AsSpan(10), long.MaxValue / 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Read(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }
}
