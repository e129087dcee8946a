using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component reads itself from.</summary>
internal sealed partial class ModelLoadContext : IDisposable
{
    public readonly RepositoryReader Repository;

    public readonly string Directory;

    public readonly BinaryReader Reader;

    public readonly string[] Strings;

    public readonly string LoaderAssemblyName;

    public readonly long FpMin;

    internal ModelHeader Header;

    private readonly IExceptionContext _context;

    internal ModelLoadContext(RepositoryReader rep, Repository.Entry ent, string dir)
    {
        Repository = Contracts.CheckValue(rep, nameof(rep));
        _context = rep.ExceptionContext;
        Directory = dir;
        Reader = new BinaryReader(ent.Stream, Encoding.UTF8, leaveOpen: true);
        Begin(out FpMin, out Strings, out LoaderAssemblyName);
    }

    internal ModelLoadContext(BinaryReader reader, IExceptionContext ectx = null)
    {
        _context = ectx;
        Reader = ectx.CheckValue(reader, nameof(reader));
        Begin(out FpMin, out Strings, out LoaderAssemblyName);
    }

    public bool InRepository => Repository is not null;

    private bool AtModel => Reader.BaseStream.Position == FpMin + Header.FpModel;

    public void CheckAtModel() => _context.Check(AtModel);

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    public void CheckVersionInfo(VersionInfo ver) => ModelHeader.CheckVersionInfo(ref Header, ver);

    public string LoadStringOrNull() => Reader.ReadInt32() is var id && id == -1 ? null : StringAt(id);

    public string LoadString() => StringAt(Reader.ReadInt32());

    public string LoadNonEmptyString()
    {
        var text = LoadString();
        _context.CheckDecode(text.Length > 0);
        return text;
    }

    /// <summary>The component must have read exactly its own bytes.</summary>
    public void Done()
    {
        Contracts.CheckDecode(Header.FpModel + Header.CbModel == Reader.BaseStream.Position - FpMin);
        Reader.BaseStream.Position = FpMin + Header.FpLim;
        Dispose();
    }

    public void Dispose()
    {
        if (InRepository)
            Reader.Dispose();
    }

    private string StringAt(int id)
    {
        _context.CheckDecode(id >= 0 && id < Strings.Length);
        return Strings[id];
    }

    private void Begin(out long start, out string[] strings, out string loaderAssemblyName)
    {
        var stream = Reader.BaseStream;
        start = stream.Position;
        Header = ModelHeader.Read(Reader);
        Header.Validate(stream.Length - start);
        strings = ReadStrings(start);
        loaderAssemblyName = null;
        if (Header.VerWritten >= ModelHeader.Version && Header.FpAssemblyName != 0)
        {
            stream.Position = start + Header.FpAssemblyName;
            loaderAssemblyName = ReadCharacters(Header.CbAssemblyName / sizeof(char));
        }
        stream.Position = start + Header.FpTail;
        Contracts.CheckDecode(Reader.ReadUInt64() == ModelHeader.TailSignatureValue, "Corrupt model file tail");
        stream.Position = start + Header.FpModel;
    }

    private string[] ReadStrings(long start)
    {
        if (Header.FpStringTable == 0)
            return [];
        Reader.BaseStream.Position = start + Header.FpStringTable;
        var ends = new long[Header.CbStringTable / sizeof(long)];
        for (var i = 0; i < ends.Length; i++)
            ends[i] = Reader.ReadInt64();
        Contracts.CheckDecode(ends[^1] == Header.CbStringChars);
        var strings = new string[ends.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            var size = ends[i] - (i > 0 ? ends[i - 1] : 0);
            Contracts.CheckDecode(size >= 0 && ends[i] <= Header.CbStringChars && size % sizeof(char) == 0);
            strings[i] = ReadCharacters(size / sizeof(char));
        }
        return strings;
    }

    private string ReadCharacters(long count)
    {
        var text = new char[count];
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)Reader.ReadUInt16();
        return new string(text);
    }
}
