using System.Text;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>
/// The lines of a file of text that begin within a range of its bytes, so that ranges that touch have each line once. What lies before is
/// looked through for quotes, within which a line end ends no row.
/// </summary>
internal sealed class LineSlice : Stream
{
    private readonly FileStream _file;
    private readonly long _end;

    private LineSlice(FileStream file, long start, long end)
    {
        (_file, _end) = (file, end);
        _file.Position = start;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="path">The file, in UTF-8; another encoding with its mark where all of it is read.</param>
    /// <param name="first">The first byte of the range.</param>
    /// <param name="end">The byte behind it.</param>
    /// <param name="quotes">Whether quoted fields may hold line ends.</param>
    /// <exception cref="InvalidDataException">A part is asked for of a file in another encoding.</exception>
    public static StreamReader Open(string path, long first, long end, bool quotes)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            bool whole = first == 0 && end >= file.Length;
            if (!whole && file.ReadByte() is 0xFE or 0xFF)
                throw new InvalidDataException($"{path} is in UTF-16, of which parts cannot be read: write it in UTF-8.");
            long start = whole ? 0 : LineStart(file, first, quotes), stop = whole ? file.Length : LineStart(file, end, quotes);
            return new LineReader(path, new LineSlice(file, start, stop), detectEncodingFromByteOrderMarks: first == 0);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override int Read(Span<byte> buffer) => _file.Read(buffer[..(int)Math.Min(buffer.Length, Math.Max(0, _end - _file.Position))]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    // The first byte of the first line that begins at offset or behind it.
    private static long LineStart(FileStream file, long offset, bool quotes)
    {
        if (offset <= 0 || offset >= file.Length)
            return Math.Clamp(offset, 0, file.Length);
        // A line begins at offset where the byte before ends one.
        long place = quotes ? 0 : offset - 1;
        bool quoted = false;
        file.Position = place;
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and int count)
        {
            var bytes = buffer.AsSpan(0, count);
            int from = (int)Math.Clamp(offset - 1 - place, 0, count);
            quoted ^= quotes && bytes[..from].Count((byte)'"') % 2 == 1;
            for (int i = from; i < count; i++)
            {
                if (quotes && bytes[i] == '"')
                    quoted = !quoted;
                else if (bytes[i] == '\n' && !quoted)
                    return place + i + 1;
            }
            place += count;
        }
        return file.Length;
    }

    // What is no UTF-8 would be read as signs for what is unknown: two names could become one.
    private sealed class LineReader(string path, Stream stream, bool detectEncodingFromByteOrderMarks)
        : StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks, 1 << 16)
    {
        public override string? ReadLine()
        {
            try
            {
                return base.ReadLine();
            }
            catch (DecoderFallbackException error)
            {
                throw new InvalidDataException($"{path} is not written in UTF-8: save it as UTF-8, with which texts keep their letters.", error);
            }
        }
    }
}
