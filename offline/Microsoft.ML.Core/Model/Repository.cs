using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A zip archive of named streams: a model file.</summary>
internal abstract class Repository : IDisposable
{
    protected Repository(IExceptionContext context) => ExceptionContext = context;

    public IExceptionContext ExceptionContext { get; }

    public abstract void Dispose();

    /// <summary>The name of an entry in the archive; never one that leaves it.</summary>
    protected string EntryName(string directory, string name)
    {
        ExceptionContext.CheckParam(directory is null || !directory.Contains(".."), nameof(directory));
        ExceptionContext.CheckParam(!string.IsNullOrWhiteSpace(name) && !name.Contains(".."), nameof(name));
        return Normalize(string.IsNullOrEmpty(directory) ? name : $"{directory}/{name}");
    }

    protected static string Normalize(string path) => path.Replace('\\', '/').TrimStart('/');

    /// <summary>An open stream of a repository.</summary>
    internal sealed class Entry(string path, Stream stream, Action<Entry> closed) : IDisposable
    {
        private Action<Entry> _closed = closed;

        public string Path { get; } = path;

        public Stream Stream { get; } = stream;

        public void Dispose() => Interlocked.Exchange(ref _closed, null)?.Invoke(this);
    }
}
