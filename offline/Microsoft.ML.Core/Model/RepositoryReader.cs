using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Reads a model file.</summary>
internal sealed class RepositoryReader : Repository
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    private RepositoryReader(Stream stream, IExceptionContext context)
        : base(context)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception ex)
        {
            throw context.ExceptDecode("Failed to open a zip archive", ex);
        }
        foreach (var entry in _archive.Entries)
            _entries[Normalize(entry.FullName)] = entry;
    }

    public static RepositoryReader Open(Stream stream, IExceptionContext context = null) =>
        new(context.CheckValue(stream, nameof(stream)), context);

    public Entry OpenEntryOrNull(string name) => OpenEntryOrNull(null, name);

    public Entry OpenEntryOrNull(string directory, string name)
    {
        var path = EntryName(directory, name);
        if (!_entries.TryGetValue(path, out var found))
            return null;
        var copy = new MemoryStream();
        using (var source = found.Open())
            source.CopyTo(copy);
        copy.Position = 0;
        return new Entry(path, copy, entry => entry.Stream.Dispose());
    }

    public override void Dispose() => _archive.Dispose();
}
