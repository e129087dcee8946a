using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>
/// The binary form of a <see cref="FlowFile"/>, little-endian: a mark, the version of the form, the length of the content, its
/// SHA-256, the content (<see cref="ModelFileContent"/>). Lengths are checked before anything is allocated, the hash before
/// anything is understood; a file holds numbers and names only, and nothing in it is executed.
/// </summary>
internal static class ModelFile
{
    private const uint Mark = 0x4C46564E; // "NVFL"
    private const int Version = 3;

    public static void Write(BinaryWriter writer, FlowFile file)
    {
        using var content = new MemoryStream();
        using (var contentWriter = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
            ModelFileContent.Write(contentWriter, file);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        writer.Write(Mark);
        writer.Write(ModelFileContent.Form(file));
        writer.Write((long)bytes.Length);
        writer.Write(SHA256.HashData(bytes));
        writer.Write(bytes);
    }

    /// <exception cref="FormatException">The data are not a model, are damaged, or come from a newer version.</exception>
    public static FlowFile Read(BinaryReader reader)
    {
        try
        {
            return ReadChecked(reader);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or ArgumentException or OverflowException or IOException)
        {
            throw Damaged(error);
        }
    }

    // Without an inner exception: ML.NET wraps what a loader throws, and the innermost error is to be this sentence.
    public static FormatException Damaged(Exception error) =>
        new($"The model file is damaged ({error.Message.TrimEnd('.')}): copy it again, or save the model again.");

    private static FlowFile ReadChecked(BinaryReader reader)
    {
        if (reader.ReadUInt32() != Mark)
            throw new FormatException("The file does not hold a normalizing variational flow: load a file that mlContext.Model.Save wrote from one.");
        int version = reader.ReadInt32();
        if (version > Version)
            throw new FormatException($"The model file was written by a newer version of Microsoft.ML.NormalizingFlows (form {version}, this version reads up to {Version}): update the package.");
        if (version < 1)
            throw new InvalidDataException($"it claims to be of form {version}");

        long length = reader.ReadInt64();
        var hash = reader.ReadBytes(SHA256.HashSizeInBytes);
        var stream = reader.BaseStream;
        if (length < 0 || length > Math.Min(stream.Length - stream.Position, Array.MaxLength))
            throw new InvalidDataException($"it claims {length} bytes of content and has {stream.Length - stream.Position}");
        var bytes = reader.ReadBytes((int)length);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(hash))
            throw new InvalidDataException("its content does not match its checksum");

        using var content = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        var file = ModelFileContent.Read(content, version);
        if (content.BaseStream.Position != length)
            throw new InvalidDataException($"{length - content.BaseStream.Position} bytes follow its end");
        return file;
    }
}
