using System.Buffers.Binary;
using System.Text;

namespace MendLibTorchSharp;

/// <summary>
/// The tables of a 64-bit little-endian ELF file that say what it needs of other libraries (System V ABI, "Dynamic linking"; Linux
/// Standard Base, "Symbol versioning"). Changes are made in the bytes that were given.
/// </summary>
internal sealed class SharedLibrary(byte[] image)
{
    private const int SymbolTable = 11, NeededVersions = 0x6ffffffe;                  // sh_type: SHT_DYNSYM, SHT_GNU_verneed
    private const int SymbolSize = 24, SymbolInfoAt = 4, SymbolSectionAt = 6;        // Elf64_Sym
    private const int WeakBinding = 2 << 4, TypeBits = 0xf;                          // st_info: STB_WEAK, the type below it
    private const int FlagsAt = 4, WeakFlag = 2;                                     // Elf64_Vernaux: vna_flags, VER_FLG_WEAK

    /// <summary>Whether the bytes are such a file.</summary>
    public bool IsElf64 => image.Length > 64 && image.AsSpan(0, 6).SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]);

    /// <summary>An undefined symbol of this name may stay undefined when the library is loaded.</summary>
    /// <returns>Whether there is one.</returns>
    public bool WeakenSymbol(string name)
    {
        var (table, texts) = Find(SymbolTable);
        for (int at = table.Offset; at < table.Offset + table.Size; at += SymbolSize)
        {
            if (UInt16(at + SymbolSectionAt) != 0 || Text(texts.Offset + (int)UInt32(at)) != name)
                continue;
            image[at + SymbolInfoAt] = (byte)(WeakBinding | (image[at + SymbolInfoAt] & TypeBits));
            return true;
        }
        return false;
    }

    /// <summary>A version of this name may be missing when the library is loaded.</summary>
    /// <returns>Whether it is needed.</returns>
    public bool WeakenVersion(string name)
    {
        var (table, texts) = Find(NeededVersions);
        for (int file = table.Offset, next = 1; next != 0; file += next)
        {
            next = (int)UInt32(file + 12);                                            // vn_next
            for (int version = file + (int)UInt32(file + 8), step = 1; step != 0; version += step)
            {
                step = (int)UInt32(version + 12);                                     // vna_next
                if (Text(texts.Offset + (int)UInt32(version + 8)) != name)            // vna_name
                    continue;
                image[version + FlagsAt] |= WeakFlag;
                return true;
            }
        }
        return false;
    }

    // The section of a type, and the section of the texts that it names.
    private (Section Table, Section Texts) Find(int type)
    {
        int headers = (int)UInt64(40), size = UInt16(58), count = UInt16(60);         // e_shoff, e_shentsize, e_shnum
        for (int i = 0; i < count; i++)
        {
            int at = headers + i * size;
            if (UInt32(at + 4) == type)
                return (Read(at), Read(headers + (int)UInt32(at + 40) * size));       // sh_link
        }
        throw new InvalidDataException($"The library has no section of type {type:x}.");
    }

    private Section Read(int header) => new((int)UInt64(header + 24), (int)UInt64(header + 32));

    private string Text(int at) => Encoding.ASCII.GetString(image.AsSpan(at, image.AsSpan(at).IndexOf((byte)0)));

    private ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(at));

    private uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at));

    private ulong UInt64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(at));

    private readonly record struct Section(int Offset, int Size);
}
