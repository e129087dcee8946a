using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace WidenVisibility;

/// <summary>
/// Flips the visibility bits of chosen rows in the metadata tables of an assembly. All else, name, version, key and module
/// id included, stays as it is, so that what is compiled against the copy binds to the original.
/// </summary>
internal static class AssemblyCopy
{
    // ECMA-335 II.22: where the flags stand in a row of each table. MethodDef starts with a 4-byte address and 2 bytes.
    private const int TypeFlagsAt = 0, FieldFlagsAt = 0, MethodFlagsAt = 6;

    public static byte[] Widen(byte[] image, MemberList members)
    {
        var copy = (byte[])image.Clone();
        using var file = new PEReader([.. image]);
        var metadata = file.GetMetadataReader();
        var start = file.PEHeaders.MetadataStartOffset;

        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            var name = FullName(metadata, type);
            if (!members.NeedsType(name))
            {
                continue;
            }

            WidenType(RowAt(TableIndex.TypeDef, handle, TypeFlagsAt));
            var whole = members.NamesType(name);
            foreach (var method in type.GetMethods())
            {
                var definition = metadata.GetMethodDefinition(method);
                if (IsWanted(definition.Name, (int)definition.Attributes))
                {
                    WidenMember(RowAt(TableIndex.MethodDef, method, MethodFlagsAt));
                }
            }

            foreach (var field in type.GetFields())
            {
                var definition = metadata.GetFieldDefinition(field);
                if (IsWanted(definition.Name, (int)definition.Attributes))
                {
                    WidenMember(RowAt(TableIndex.Field, field, FieldFlagsAt));
                }
            }

            bool IsWanted(StringHandle member, int attributes) =>
                members.NamesMember(name, metadata.GetString(member)) || (whole && IsInternal(attributes));
        }

        return copy;

        Span<byte> RowAt(TableIndex table, EntityHandle row, int flagsAt)
        {
            var before = metadata.GetTableRowSize(table) * (MetadataTokens.GetRowNumber(row) - 1);
            return copy.AsSpan(start + metadata.GetTableMetadataOffset(table) + before + flagsAt);
        }
    }

    // Internal alone: a protected or "private protected" member stays what it is, or overrides of it would not compile.
    // Methods and fields share the values of the access bits.
    private static bool IsInternal(int attributes) =>
        ((MethodAttributes)attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Assembly;

    private static void WidenType(Span<byte> row)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(row);
        var visibility = (TypeAttributes)flags & TypeAttributes.VisibilityMask;
        var isNested = visibility > TypeAttributes.Public;
        var wide = isNested ? TypeAttributes.NestedPublic : TypeAttributes.Public;
        BinaryPrimitives.WriteUInt32LittleEndian(row, (flags & ~(uint)TypeAttributes.VisibilityMask) | (uint)wide);
    }

    private static void WidenMember(Span<byte> row)
    {
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(row);
        BinaryPrimitives.WriteUInt16LittleEndian(
            row, (ushort)((flags & ~(int)MethodAttributes.MemberAccessMask) | (int)MethodAttributes.Public));
    }

    private static string FullName(MetadataReader metadata, TypeDefinition type)
    {
        var name = metadata.GetString(type.Name);
        if (type.IsNested)
        {
            return FullName(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())) + "+" + name;
        }

        return type.Namespace.IsNil ? name : metadata.GetString(type.Namespace) + "." + name;
    }
}
