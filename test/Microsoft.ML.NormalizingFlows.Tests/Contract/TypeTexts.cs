using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>The names that the type and the method at hand give their type parameters.</summary>
internal sealed record ParameterNames(IReadOnlyList<string> Type, IReadOnlyList<string> Method)
{
    public static readonly ParameterNames None = new([], []);
}

/// <summary>Writes the types in the signatures of an assembly's metadata.</summary>
internal sealed class TypeTexts : ISignatureTypeProvider<TypeText, ParameterNames>
{
    public static readonly TypeTexts Writer = new();

    public TypeText GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode switch
    {
        PrimitiveTypeCode.Boolean => new("System.Boolean", "bool"),
        PrimitiveTypeCode.SByte => new("System.SByte", "sbyte"),
        PrimitiveTypeCode.Int16 => new("System.Int16", "short"),
        PrimitiveTypeCode.UInt16 => new("System.UInt16", "ushort"),
        PrimitiveTypeCode.Int32 => new("System.Int32", "int"),
        PrimitiveTypeCode.UInt32 => new("System.UInt32", "uint"),
        PrimitiveTypeCode.Int64 => new("System.Int64", "long"),
        PrimitiveTypeCode.UInt64 => new("System.UInt64", "ulong"),
        PrimitiveTypeCode.Single => new("System.Single", "float"),
        PrimitiveTypeCode.IntPtr => new("System.IntPtr", "nint"),
        PrimitiveTypeCode.UIntPtr => new("System.UIntPtr", "nuint"),
        _ => new("System." + typeCode, typeCode.ToString().ToLowerInvariant()),
    };

    public TypeText GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var path = new List<(string, int)>();
        for (var type = reader.GetTypeDefinition(handle); ; type = reader.GetTypeDefinition(type.GetDeclaringType()))
        {
            path.Insert(0, Part(reader, type.IsNested ? default : type.Namespace, type.Name));
            if (!type.IsNested)
            {
                return TypeText.Named(path);
            }
        }
    }

    public TypeText GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var path = new List<(string, int)>();
        for (var type = reader.GetTypeReference(handle); ; type = reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))
        {
            path.Insert(0, Part(reader, type.Namespace, type.Name));
            if (type.ResolutionScope.Kind != HandleKind.TypeReference)
            {
                return TypeText.Named(path);
            }
        }
    }

    public TypeText GetTypeFromSpecification(MetadataReader reader, ParameterNames names, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, names);

    public TypeText GetGenericInstantiation(TypeText genericType, ImmutableArray<TypeText> typeArguments) => genericType.Of(typeArguments);

    public TypeText GetGenericTypeParameter(ParameterNames names, int index) =>
        new("`" + index, names.Type.ElementAtOrDefault(index) ?? "!" + index);

    public TypeText GetGenericMethodParameter(ParameterNames names, int index) =>
        new("``" + index, names.Method.ElementAtOrDefault(index) ?? "!!" + index);

    public TypeText GetSZArrayType(TypeText elementType) => new(elementType.Id + "[]", elementType.CSharp + "[]");

    public TypeText GetArrayType(TypeText elementType, ArrayShape shape) => new(
        elementType.Id + "[" + string.Join(',', Enumerable.Repeat("0:", shape.Rank)) + "]",
        elementType.CSharp + "[" + new string(',', shape.Rank - 1) + "]");

    public TypeText GetByReferenceType(TypeText elementType) => new(elementType.Id + "@", elementType.CSharp) { ByReference = true };

    public TypeText GetPointerType(TypeText elementType) => new(elementType.Id + "*", elementType.CSharp + "*");

    public TypeText GetFunctionPointerType(MethodSignature<TypeText> signature) => new("=FUNC:", "delegate*");

    // Documentation ids leave custom modifiers and pinning out.
    public TypeText GetModifiedType(TypeText modifier, TypeText unmodifiedType, bool isRequired) => unmodifiedType;

    public TypeText GetPinnedType(TypeText elementType) => elementType;

    private static (string Name, int Arity) Part(MetadataReader reader, StringHandle space, StringHandle handle)
    {
        var name = reader.GetString(handle);
        var tick = name.LastIndexOf('`');
        var arity = tick < 0 ? 0 : int.Parse(name.AsSpan(tick + 1));
        var own = tick < 0 ? name : name[..tick];
        return (space.IsNil ? own : reader.GetString(space) + "." + own, arity);
    }
}
