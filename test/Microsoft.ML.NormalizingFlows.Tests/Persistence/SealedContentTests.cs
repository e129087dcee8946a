using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence;

public class SealedContentTests
{
    private const int VersionAt = 4, LengthAt = 8, HashAt = 16, ContentAt = 48;

    private static readonly SealedContent s_frame = new(0x12345678, version: 3, "a few numbers");

    [Fact]
    public void Content_comes_back_be_there_any_or_none()
    {
        Assert.Equal([7, 8, 9], Read(Written(7, 8, 9), 3));
        Assert.Equal([], Read(Written(), 0));
        Assert.Equal(ContentAt + 3, Written(7, 8, 9).Length);
    }

    [Fact]
    public void The_version_that_was_written_is_told() =>
        Assert.Equal(3, s_frame.Read(new BinaryReader(new MemoryStream(Written())), (_, version) => version));

    [Fact]
    public void What_stands_behind_belongs_to_others()
    {
        using var stream = new MemoryStream([.. Written(1, 2), .. Written(3)]);
        using var reader = new BinaryReader(stream);
        Assert.Equal([1, 2], s_frame.Read(reader, (content, _) => content.ReadBytes(2)));
        Assert.Equal([3], s_frame.Read(reader, (content, _) => content.ReadBytes(1)));
    }

    [Fact]
    public void What_is_wrong_is_told()
    {
        Damaged("it claims to be of form 0", Changed(VersionAt, 0));
        Damaged("it claims to be of form -1", Changed(VersionAt, 255, 255, 255, 255));
        Damaged("it claims 4 bytes of content and has 3", Changed(LengthAt, 4));
        Damaged("it claims -1 bytes of content and has 3", Changed(LengthAt, 255, 255, 255, 255, 255, 255, 255, 255));
        Damaged("its content does not match its checksum", Changed(HashAt, 1));
        Damaged("its content does not match its checksum", Changed(ContentAt, 1));
        Damaged("2 bytes follow its end", Written(7, 8, 9), reads: 1);
        Assert.Contains("(form 4, this version reads up to 3)", Assert.Throws<FormatException>(() => Read(Changed(VersionAt, 4), 3)).Message, StringComparison.Ordinal);
        Assert.Contains("does not hold a few numbers", Assert.Throws<FormatException>(() => Read(Changed(0, 1), 3)).Message, StringComparison.Ordinal);
    }

    private static byte[] Changed(int at, params byte[] values)
    {
        byte[] bytes = Written(7, 8, 9);
        values.CopyTo(bytes, at);
        return bytes;
    }

    private static void Damaged(string how, byte[] bytes, int reads = 3) => Assert.Equal(
        $"The model file is damaged ({how}): copy it again, or save the model again.", Assert.Throws<FormatException>(() => Read(bytes, reads)).Message);

    private static byte[] Written(params byte[] content)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            s_frame.Write(writer, inner => inner.Write(content));
        return stream.ToArray();
    }

    private static byte[] Read(byte[] bytes, int count) => s_frame.Read(new BinaryReader(new MemoryStream(bytes)), (content, _) => content.ReadBytes(count));
}
