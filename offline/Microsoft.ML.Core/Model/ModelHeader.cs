using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// The first 256 bytes of a saved component. Behind them come the component's own bytes, its string table, the name of
/// the assembly that can load it, and a tail signature; positions count from the header's first byte.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ModelHeader
{
    public const int Size = 256;
    public const ulong SignatureValue = 0x4C45444F4D004C4DUL;
    public const ulong TailSignatureValue = 0x4D4C004D4F44454CUL;
    public const uint Version = 0x00010002;
    public const uint OldestReadableVersion = 0x00010001;

    [FieldOffset(0x00)]
    public ulong Signature;

    [FieldOffset(0x08)]
    public uint VerWritten;

    [FieldOffset(0x0C)]
    public uint VerReadable;

    [FieldOffset(0x10)]
    public long FpModel;

    [FieldOffset(0x18)]
    public long CbModel;

    [FieldOffset(0x20)]
    public long FpStringTable;

    [FieldOffset(0x28)]
    public long CbStringTable;

    [FieldOffset(0x30)]
    public long FpStringChars;

    [FieldOffset(0x38)]
    public long CbStringChars;

    [FieldOffset(0x40)]
    public ulong ModelSignature;

    [FieldOffset(0x48)]
    public uint ModelVerWritten;

    [FieldOffset(0x4C)]
    public uint ModelVerReadable;

    [FieldOffset(0x50)]
    public ulong LoaderSignature0;

    [FieldOffset(0x58)]
    public ulong LoaderSignature1;

    [FieldOffset(0x60)]
    public ulong LoaderSignature2;

    [FieldOffset(0x68)]
    public ulong LoaderSignatureAlt0;

    [FieldOffset(0x70)]
    public ulong LoaderSignatureAlt1;

    [FieldOffset(0x78)]
    public ulong LoaderSignatureAlt2;

    [FieldOffset(0x80)]
    public long FpTail;

    [FieldOffset(0x88)]
    public long FpLim;

    [FieldOffset(0x90)]
    public long FpAssemblyName;

    [FieldOffset(0x98)]
    public uint CbAssemblyName;

    public static void SetVersionInfo(ref ModelHeader header, VersionInfo ver)
    {
        header.ModelSignature = ver.ModelSignature;
        header.ModelVerWritten = ver.VerWrittenCur;
        header.ModelVerReadable = ver.VerReadableCur;
        (header.LoaderSignature0, header.LoaderSignature1, header.LoaderSignature2) = Pack24(ver.LoaderSignature);
        (header.LoaderSignatureAlt0, header.LoaderSignatureAlt1, header.LoaderSignatureAlt2) = Pack24(ver.LoaderSignatureAlt);
    }

    public static void CheckVersionInfo(ref ModelHeader header, VersionInfo ver)
    {
        Contracts.CheckDecode(header.ModelSignature == ver.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(header.ModelVerReadable <= header.ModelVerWritten, "Corrupt file header");
        var version = typeof(VersionInfo).Assembly.GetName().Version;
        if (header.ModelVerReadable > ver.VerWrittenCur)
        {
            throw Contracts.ExceptDecode(null, $"Cause: ML.NET {version} cannont read component '{ver.LoaderSignature}' of the "
                + $"model, because the model is too new.\nSuggestion: Make sure the model is trained with ML.NET {version} or "
                + $"older.\nDebug details: Maximum expected version {header.ModelVerReadable}, got {ver.VerWrittenCur}.");
        }
        if (header.ModelVerWritten < ver.VerWeCanReadBack)
        {
            throw Contracts.ExceptDecode(null, $"Cause: ML.NET {version} cannot read component '{ver.LoaderSignature}' of the "
                + $"model, because the model is too old.\nSuggestion: Make sure the model is trained with ML.NET {version}."
                + $"\nDebug details: Minimum expected version {header.ModelVerReadable}, got {ver.VerWrittenCur}.");
        }
    }

    public readonly string LoaderName() => Ascii.Unpack(LoaderSignature0, LoaderSignature1, LoaderSignature2);

    public readonly string AlternativeLoaderName() => Ascii.Unpack(LoaderSignatureAlt0, LoaderSignatureAlt1, LoaderSignatureAlt2);

    /// <summary>Checks every position before anything is read by it.</summary>
    public readonly void Validate(long available)
    {
        Contracts.CheckDecode(Signature == SignatureValue, "Wrong file type");
        Contracts.CheckDecode(VerReadable <= VerWritten, "Corrupt file header");
        Contracts.CheckDecode(VerReadable <= Version, "File is too new");
        Contracts.CheckDecode(VerWritten >= OldestReadableVersion, "File is too old");
        Contracts.CheckDecode(FpModel == Size && CbModel >= 0 && CbModel <= available);
        var end = FpModel + CbModel;
        if (FpStringTable == 0)
            Contracts.CheckDecode(CbStringTable == 0 && FpStringChars == 0 && CbStringChars == 0);
        else
        {
            Contracts.CheckDecode(FpStringTable == end && CbStringTable > 0 && CbStringTable <= available);
            Contracts.CheckDecode(CbStringTable % sizeof(long) == 0 && FpStringChars == end + CbStringTable);
            Contracts.CheckDecode(CbStringChars >= 0 && CbStringChars <= available && CbStringChars % sizeof(char) == 0);
            end = FpStringChars + CbStringChars;
        }
        if (VerWritten >= Version && FpAssemblyName != 0)
        {
            Contracts.CheckDecode(FpAssemblyName == end && CbAssemblyName % sizeof(char) == 0 && CbAssemblyName <= available);
            end += CbAssemblyName;
        }
        Contracts.CheckDecode(FpTail == end && FpLim == end + sizeof(ulong) && available >= FpLim);
    }

    public readonly void Write(BinaryWriter writer) =>
        writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ModelHeader>(in this)));

    public static ModelHeader Read(BinaryReader reader)
    {
        var bytes = reader.ReadBytes(Size);
        Contracts.CheckDecode(bytes.Length == Size);
        return MemoryMarshal.Read<ModelHeader>(bytes);
    }

    private static (ulong First, ulong Second, ulong Third) Pack24(string name)
    {
        name ??= "";
        Contracts.Check(name.Length <= 24);
        var padded = name.PadRight(24, '\0').AsSpan();
        return (Ascii.Pack(padded[..8]), Ascii.Pack(padded[8..16]), Ascii.Pack(padded[16..]));
    }
}
