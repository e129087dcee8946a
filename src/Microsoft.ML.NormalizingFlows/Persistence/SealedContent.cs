using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.NormalizingFlows.Persistence;

/// <summary>
/// The frame around a part of a model file, little-endian: a mark, the version of the form, the length of the content, its
/// SHA-256, the content. Lengths are checked before anything is allocated, the hash before anything is understood; a file holds
/// numbers and names only, and nothing in it is executed.
/// </summary>
/// <param name="mark">Four bytes that tell this kind of content from others.</param>
/// <param name="version">The form that is written; forms from 1 to this one can be read.</param>
/// <param name="what">What it holds, for the message of an error, with its article.</param>
internal sealed class SealedContent(uint mark, int version, string what)
{
    public void Write(BinaryWriter writer, Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        using (var contentWriter = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
            write(contentWriter);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        writer.Write(mark);
        writer.Write(version);
        writer.Write((long)bytes.Length);
        writer.Write(SHA256.HashData(bytes));
        writer.Write(bytes);
    }

    /// <param name="reader">At the start of the frame.</param>
    /// <param name="read">Reads the content of a version.</param>
    /// <exception cref="FormatException">The data are of another kind, are damaged, or come from a newer version.</exception>
    public T Read<T>(BinaryReader reader, Func<BinaryReader, int, T> read)
    {
        try
        {
            return ReadChecked(reader, read);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or ArgumentException or OverflowException or IOException)
        {
            throw Damaged(error);
        }
    }

    // Without an inner exception: ML.NET wraps what a loader throws, and the innermost error is to be this sentence. A name that it quotes may be damaged too.
    public static FormatException Damaged(Exception error) =>
        new($"The model file is damaged ({string.Concat(error.Message.TrimEnd('.').Select(letter => char.IsControl(letter) ? ' ' : letter))}): copy it again, or save the model again.");

    private T ReadChecked<T>(BinaryReader reader, Func<BinaryReader, int, T> read)
    {
        if (reader.ReadUInt32() != mark)
            throw new FormatException($"The file does not hold {what}: load a file that mlContext.Model.Save wrote from one.");
        int found = reader.ReadInt32();
        if (found > version)
            throw new FormatException($"The model file was written by a newer version of Microsoft.ML.NormalizingFlows (form {found}, this version reads up to {version}): update the package.");
        if (found < 1)
            throw new InvalidDataException($"it claims to be of form {found}");

        long length = reader.ReadInt64();
        var hash = reader.ReadBytes(SHA256.HashSizeInBytes);
        var stream = reader.BaseStream;
        if (length < 0 || length > Math.Min(stream.Length - stream.Position, Array.MaxLength))
            throw new InvalidDataException($"it claims {length} bytes of content and has {stream.Length - stream.Position}");
        var bytes = reader.ReadBytes((int)length);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(hash))
            throw new InvalidDataException("its content does not match its checksum");

        using var content = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        var result = Content(read, content, found);
        if (content.BaseStream.Position != length)
            throw new InvalidDataException($"{length - content.BaseStream.Position} bytes follow its end");
        return result;
    }

    // .NET's own exception for the length of a text is of the type that this class tells its reader with.
    private static T Content<T>(Func<BinaryReader, int, T> read, BinaryReader content, int version)
    {
        try
        {
            return read(content, version);
        }
        catch (FormatException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }
}
