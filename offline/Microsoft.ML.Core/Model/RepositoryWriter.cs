using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Writes a model file. Streams may be open side by side; each enters the archive when it is closed.</summary>
internal sealed class RepositoryWriter : Repository
{
    private readonly ZipArchive _archive;
    private readonly HashSet<string> _names = [];

    private RepositoryWriter(Stream stream, IExceptionContext context)
        : base(context) => _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    public static RepositoryWriter CreateNew(Stream stream, IExceptionContext context = null)
    {
        var repository = new RepositoryWriter(context.CheckValue(stream, nameof(stream)), context);
        using var entry = repository.CreateEntry("TrainingInfo", "Version.txt");
        var version = typeof(RepositoryWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        entry.Stream.Write(Encoding.UTF8.GetBytes(version.InformationalVersion + Environment.NewLine));
        return repository;
    }

    public Entry CreateEntry(string name) => CreateEntry(null, name);

    public Entry CreateEntry(string directory, string name)
    {
        var path = EntryName(directory, name);
        if (!_names.Add(path))
            throw ExceptionContext.ExceptParam(nameof(name), $"Duplicate entry: '{path}'");
        return new Entry(path, new MemoryStream(), Store);
    }

    public void Commit() => Dispose();

    public override void Dispose() => _archive.Dispose();

    private void Store(Entry entry)
    {
        using var target = _archive.CreateEntry(entry.Path).Open();
        entry.Stream.Position = 0;
        entry.Stream.CopyTo(target);
        entry.Stream.Dispose();
    }
}
