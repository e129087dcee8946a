using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

/// <summary>
/// Damages files: bits and bytes, blocks cut out, moved, repeated and cut off, numbers and lengths replaced by extreme ones. Three times in four the content of
/// one frame (<see cref="Microsoft.ML.NormalizingFlows.Persistence.SealedContent"/>) is changed and gets a good checksum, so that what reads it is reached.
/// </summary>
internal static class FileMutator
{
    // A mark (4 bytes), a form (4), a length (8), a hash (32), the content.
    private const int LengthAt = 8, HashAt = 16, ContentAt = HashAt + SHA256.HashSizeInBytes;

    private static readonly int[] s_integers = [int.MaxValue, int.MinValue, -1, 0, 1, 2, 255, 65_536, 1 << 20, 1 << 28];
    private static readonly long[] s_longs = [long.MaxValue, long.MinValue, -1, 0, 1, int.MaxValue, uint.MaxValue, 1L << 53, 1L << 62];
    private static readonly double[] s_doubles = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -1e300, double.Epsilon, -0.0, -1, 0.5, 1e17, 9e15];
    private static readonly float[] s_floats = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1e30f, float.Epsilon, -0f, -1, 1e15f, 1e-38f];
    private static readonly string[] s_texts = ["-1", "0", "1", "2", "2147483647", "9223372036854775807", "1e308", "-1e300", "\"NaN\"", "\"Infinity\"", "null", "[]", "0.5", "{}"];

    /// <summary>A damaged copy.</summary>
    /// <param name="good">The file.</param>
    /// <param name="frames">Where its frames begin.</param>
    /// <param name="random">Decides all.</param>
    public static byte[] Mutate(byte[] good, IReadOnlyList<int> frames, Random random)
    {
        if (frames.Count == 0 || random.Next(4) == 0)
            return Damage(good, random);
        return WithContent(good, frames[random.Next(frames.Count)], content => Damage(content, random));
    }

    /// <summary>A copy whose frame at some place has another content, and a good checksum.</summary>
    public static byte[] WithContent(byte[] good, int frame, Func<byte[], byte[]> change)
    {
        int start = frame + ContentAt, end = start + (int)BinaryPrimitives.ReadInt64LittleEndian(good.AsSpan(frame + LengthAt));
        byte[] content = change(good[start..end]), changed = [.. good[..start], .. content, .. good[end..]];
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(frame + LengthAt), content.Length);
        SHA256.HashData(content).CopyTo(changed.AsSpan(frame + HashAt));
        return changed;
    }

    /// <summary>Where the frames of a file begin, which stand one behind another.</summary>
    public static IReadOnlyList<int> Frames(ReadOnlySpan<byte> file, int start = 0)
    {
        var frames = new List<int>();
        for (int at = start; at < file.Length; at += ContentAt + (int)BinaryPrimitives.ReadInt64LittleEndian(file[(at + LengthAt)..]))
            frames.Add(at);
        return frames;
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        for (int left = random.Next(3) == 0 ? random.Next(1, 6) : 1; left > 0 && bytes.Length > 16; left--)
            bytes = DamageOnce(bytes, random);
        return bytes;
    }

    private static byte[] DamageOnce(byte[] bytes, Random random)
    {
        // What is read first says what the rest is, and the last is what was learned.
        int reach = Math.Min(bytes.Length, 16 << random.Next(9)), start = random.Next(3) switch { 0 => 0, 1 => bytes.Length - reach, _ => random.Next(bytes.Length - reach + 1) };
        int at = start + random.Next(reach), other = start + random.Next(reach), length = Math.Min(1 << random.Next(10), bytes.Length - Math.Max(at, other));
        switch (random.Next(12))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                bytes[at] += (byte)(random.Next(2) == 0 ? 1 : -1);
                return bytes;
            case 3:
                return bytes[..random.Next(bytes.Length)];
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..at], .. bytes[other..(other + length)], .. bytes[at..]];
            case 6:
                byte[] first = bytes[at..(at + length)], second = bytes[other..(other + length)];
                second.CopyTo(bytes, at);
                first.CopyTo(bytes, other);
                return bytes;
            case 7:
                return Write(4, place => BinaryPrimitives.WriteInt32LittleEndian(place, s_integers[random.Next(s_integers.Length)]));
            case 8:
                return Write(8, place => BinaryPrimitives.WriteInt64LittleEndian(place, s_longs[random.Next(s_longs.Length)]));
            case 9:
                return Write(8, place => BinaryPrimitives.WriteDoubleLittleEndian(place, s_doubles[random.Next(s_doubles.Length)]));
            case 10:
                return Write(4, place => BinaryPrimitives.WriteSingleLittleEndian(place, s_floats[random.Next(s_floats.Length)]));
            default:
                return WriteText(bytes, at, s_texts[random.Next(s_texts.Length)]);
        }

        byte[] Write(int size, Action<Span<byte>> write)
        {
            write(bytes.AsSpan(Math.Min(at, bytes.Length - size), size));
            return bytes;
        }
    }

    // In place of the first number in digits behind a place; the length in front of the text of an archive is made to fit.
    private static byte[] WriteText(byte[] bytes, int at, string text)
    {
        int start = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9') + at;
        if (start < at)
            return bytes;
        int digits = bytes.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? bytes.Length - start : digits;
        byte[] changed = [.. bytes[..start], .. Encoding.ASCII.GetBytes(text.PadRight(digits)), .. bytes[(start + digits)..]];
        int archive = bytes.AsSpan(0, start).LastIndexOf("{\"description\""u8) - sizeof(int);
        if (archive >= 0)
            BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(archive), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(archive)) + changed.Length - bytes.Length);
        return changed;
    }
}
