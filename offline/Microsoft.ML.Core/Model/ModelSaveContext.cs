using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component writes itself: a stream with a header, and a table of the strings it used.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly RepositoryWriter Repository;

    internal readonly string Directory;

    internal readonly BinaryWriter Writer;

    internal readonly long FpMin;

    internal ModelHeader Header;

    private readonly Dictionary<string, int> _strings = [];
    private readonly Repository.Entry _entry;
    private readonly IExceptionContext _context;
    private string _loaderAssemblyName;

    internal ModelSaveContext(RepositoryWriter rep, string dir, string name)
    {
        Repository = Contracts.CheckValue(rep, nameof(rep));
        _context = rep.ExceptionContext;
        Directory = dir;
        _entry = rep.CreateEntry(dir, _context.CheckNonEmpty(name, nameof(name)));
        Writer = new BinaryWriter(_entry.Stream, Encoding.UTF8, leaveOpen: true);
        FpMin = Begin();
    }

    internal ModelSaveContext(BinaryWriter writer, IExceptionContext ectx = null)
    {
        _context = ectx;
        Writer = ectx.CheckValue(writer, nameof(writer));
        FpMin = Begin();
    }

    internal bool InRepository => Repository is not null;

    /// <summary>The position relative to the header's first byte.</summary>
    private long Here => Writer.BaseStream.Position - FpMin;

    public void Dispose()
    {
        // A writer that was handed in belongs to its owner.
        if (!InRepository)
            return;
        Writer.Dispose();
        _entry.Dispose();
    }

    internal static void SaveModel<T>(RepositoryWriter rep, T value, string path)
        where T : class
    {
        if (value is not ICanSaveModel model)
            return;
        using var ctx = new ModelSaveContext(rep, path, ModelLoadContext.ModelStreamName);
        model.Save(ctx);
        ctx.Done();
    }

    internal static void Save(BinaryWriter writer, Action<ModelSaveContext> fn)
    {
        using var ctx = new ModelSaveContext(Contracts.CheckValue(writer, nameof(writer)));
        fn(ctx);
        ctx.Done();
    }

    internal void SaveModel<T>(T value, string name)
        where T : class
    {
        _context.Check(InRepository, "Can't save a sub-model when writing to a single stream");
        SaveModel(Repository, value, ModelLoadContext.Combine(Directory, name));
    }

    internal void SaveSubModel(string dir, Action<ModelSaveContext> fn)
    {
        _context.Check(InRepository, "Can't save a sub-model when writing to a single stream");
        _context.CheckNonEmpty(dir, nameof(dir));
        using var ctx = new ModelSaveContext(
            Repository, ModelLoadContext.Combine(Directory, dir), ModelLoadContext.ModelStreamName);
        fn(ctx);
        ctx.Done();
    }

    internal void SaveTextStream(string name, Action<TextWriter> action)
    {
        _context.Check(InRepository, "Can't save a text stream when writing to a single stream");
        using var entry = Repository.CreateEntry(Directory, _context.CheckNonEmpty(name, nameof(name)));
        using var writer = new StreamWriter(entry.Stream, new UTF8Encoding(false), leaveOpen: true);
        action(writer);
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        _context.Check(InRepository, "Can't save a text stream when writing to a single stream");
        using var entry = Repository.CreateEntry(Directory, _context.CheckNonEmpty(name, nameof(name)));
        using var writer = new BinaryWriter(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(writer);
    }

    internal void CheckAtModel() => _context.Check(Here == Header.FpModel);

    internal void SetVersionInfo(VersionInfo ver)
    {
        ModelHeader.SetVersionInfo(ref Header, ver);
        _loaderAssemblyName = ver.LoaderAssemblyName;
    }

    internal void SaveStringOrNull(string str) => Writer.Write(str is null ? -1 : IdOf(str));

    internal void SaveString(string str) => Writer.Write(IdOf(_context.CheckValue(str, nameof(str))));

    internal void SaveString(ReadOnlyMemory<char> str) => Writer.Write(IdOf(str.ToString()));

    internal void SaveNonEmptyString(string str)
    {
        _context.CheckParam(!string.IsNullOrEmpty(str), nameof(str));
        SaveString(str);
    }

    internal void SaveNonEmptyString(ReadOnlyMemory<char> str) => SaveString(str);

    internal void Done()
    {
        _context.Check(Header.ModelSignature != 0, "ModelSignature not specified!");
        Header.CbModel = Here - Header.FpModel;
        if (_strings.Count > 0)
            WriteStrings();
        if (!string.IsNullOrEmpty(_loaderAssemblyName))
        {
            Header.FpAssemblyName = Here;
            Header.CbAssemblyName = (uint)_loaderAssemblyName.Length * sizeof(char);
            WriteCharacters(_loaderAssemblyName);
        }
        Header.FpTail = Here;
        Writer.Write(ModelHeader.TailSignatureValue);
        Header.FpLim = Here;
        Header.Validate(Header.FpLim);
        Writer.Flush();
        Writer.BaseStream.Position = FpMin;
        Header.Write(Writer);
        Writer.Flush();
        Writer.BaseStream.Position = FpMin + Header.FpLim;
        Dispose();
    }

    private long Begin()
    {
        Writer.Flush();
        var start = Writer.BaseStream.Position;
        Header = new ModelHeader
        {
            Signature = ModelHeader.SignatureValue,
            VerWritten = ModelHeader.Version,
            VerReadable = ModelHeader.Version,
            FpModel = ModelHeader.Size,
        };
        Writer.Write(new byte[ModelHeader.Size]);
        return start;
    }

    private int IdOf(string text)
    {
        if (!_strings.TryGetValue(text, out var id))
            _strings.Add(text, id = _strings.Count);
        return id;
    }

    private void WriteStrings()
    {
        Header.FpStringTable = Here;
        var end = 0L;
        foreach (var text in _strings.OrderBy(pair => pair.Value).Select(pair => pair.Key))
            Writer.Write(end += text.Length * sizeof(char));
        Header.CbStringTable = _strings.Count * sizeof(long);
        Header.FpStringChars = Here;
        foreach (var text in _strings.OrderBy(pair => pair.Value).Select(pair => pair.Key))
            WriteCharacters(text);
        Header.CbStringChars = end;
    }

    private void WriteCharacters(string text)
    {
        foreach (var character in text)
            Writer.Write((ushort)character);
    }
}
