using System.Text;
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

    [Fact]
    public void An_archive_may_hold_no_tensor_and_stand_behind_something_else()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("before");
        TensorArchive.Write(writer, "alone", Array.Empty<NamedArray>());
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        reader.ReadString();
        Assert.Equal("alone", TensorArchive.Read<string>(reader).Description);
    }

    /// <summary>What a file could claim, and what is said of it; what is as large as it may be is held against what is there.</summary>
    [Theory]
    [InlineData("", "[1]", "it claims an array name of impossible length")]
    [InlineData("256", "[1]", "it claims 1 values, which its 0 bytes are not")]
    [InlineData("257", "[1]", "it claims an array name of impossible length")]
    [InlineData("a", "[1,1,1,0]", null)]
    [InlineData("a", "[1,1,1,1,0]", "it claims array 'a' of rank 5")]
    [InlineData("a", "[-1]", "it claims array 'a' of length -1")]
    [InlineData("a", "[268435456]", "it claims 268435456 values, which its 0 bytes are not")]
    [InlineData("a", "[268435457]", "it claims array 'a' of length 268435457")]
    [InlineData("a", "[16384,16384]", "it claims 268435456 values, which its 0 bytes are not")]
    [InlineData("a", "[16384,16385]", "it claims array 'a' of 268451840 values")]
    public void What_a_tensor_claims_is_checked(string name, string shape, string? message)
    {
        string named = int.TryParse(name, out int length) ? new string('x', length) : name;
        byte[] bytes = WithHeader($$"""{"description":"d","tensors":[{"name":"{{named}}","shape":{{shape}}}]}""");
        if (message is null)
            Assert.Empty(Assert.Single(Read(bytes).Tensors).Values);
        else
            Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Read(bytes)).Message);
    }

    [Fact]
    public void The_block_is_as_long_as_the_tensors()
    {
        byte[] bytes = Written();
        int left = Arrays.Sum(array => array.Values.Length) * sizeof(float);
        Assert.Equal($"it claims {left / 4} values, which its {left + 4} bytes are not", Assert.Throws<InvalidDataException>(() => Read([.. bytes, 0, 0, 0, 0])).Message);
        Assert.Equal($"it claims {left / 4} values, which its {left - 4} bytes are not", Assert.Throws<InvalidDataException>(() => Read(bytes[..^4])).Message);
        BitConverter.TryWriteBytes(bytes, bytes.Length - 3);
        Assert.Equal($"it claims a description of {bytes.Length - 3} bytes", Assert.Throws<InvalidDataException>(() => Read(bytes)).Message);
        BitConverter.TryWriteBytes(bytes, 0);
        Assert.Equal("its description cannot be read", Assert.Throws<InvalidDataException>(() => Read(bytes)).Message);
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public void An_archive_holds_a_hundred_thousand_tensors(int count, bool isRead)
    {
        byte[] bytes = WithHeader($$"""{"description":"d","tensors":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"{{i}}","shape":[0]}"""))}}]}""");
        if (isRead)
            Assert.Equal(count, Read(bytes).Tensors.Count);
        else
            Assert.Equal($"it claims {count} arrays", Assert.Throws<InvalidDataException>(() => Read(bytes)).Message);
    }

    private static byte[] WithHeader(string text)
    {
        byte[] header = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes(header.Length), .. header];
    }
}
