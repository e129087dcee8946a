using System.Buffers.Binary;
using System.IO.Compression;

namespace Samples.Shared.Pictures;

/// <summary>A file of MNIST and its like: bytes in so many dimensions, packed with gzip or not.</summary>
public static class IdxFile
{
    /// <returns>The sizes of the dimensions, and the bytes.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or is cut off.</exception>
    public static (int[] Sizes, byte[] Values) Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            Span<byte> head = stackalloc byte[4];
            stream.ReadExactly(head);
            if (head is not [0, 0, 8, 1 or 2 or 3 or 4])
                throw new InvalidDataException($"'{path}' is no idx file of bytes.");
            var sizes = new int[head[3]];
            for (int i = 0; i < sizes.Length; i++)
            {
                stream.ReadExactly(head);
                sizes[i] = BinaryPrimitives.ReadInt32BigEndian(head);
            }
            var values = new byte[checked((int)sizes.Aggregate(1L, (product, size) => product * size))];
            stream.ReadExactly(values);
            return (sizes, values);
        }
        catch (Exception error) when (error is EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' is cut off, or claims more than it has.", error);
        }
    }
}
