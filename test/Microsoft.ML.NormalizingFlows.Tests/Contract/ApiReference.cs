using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>A type or member of another assembly that compiled code refers to.</summary>
/// <param name="Assembly">The assembly that the code expects it in.</param>
/// <param name="Id">Its documentation id; accessors appear as the methods that they are.</param>
/// <param name="Type">What it returns or holds, with type parameters numbered; null for a type.</param>
/// <param name="IsStatic">Whether it is called without an instance; null where metadata does not say.</param>
internal sealed record ApiReference(string Assembly, string Id, TypeText? Type, bool? IsStatic)
{
    /// <summary>What the method would be an accessor of, by its name: a property or event and its type.</summary>
    public (string Id, TypeText Type)? Owner { get; init; }

    /// <summary>Everything the assembly in a file refers to in the assemblies that <paramref name="wanted"/> accepts.</summary>
    public static IReadOnlyList<ApiReference> Read(string file, Func<string, bool> wanted)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var reader = image.GetMetadataReader();
        var found = new List<ApiReference>();

        foreach (var handle in reader.TypeReferences)
        {
            if (Definition(reader, handle) is { } type && wanted(type.Assembly))
            {
                found.Add(new(type.Assembly, MemberIds.Type(type.TypeId), null, null));
            }
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (Definition(reader, member.Parent) is { } type && wanted(type.Assembly))
            {
                found.Add(Member(reader, member, type.Assembly, type.TypeId));
            }
        }

        return found;
    }

    private static ApiReference Member(MetadataReader reader, MemberReference member, string assembly, string typeId)
    {
        var name = reader.GetString(member.Name);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            var field = member.DecodeFieldSignature(TypeTexts.Writer, ParameterNames.None);
            return new(assembly, MemberIds.Field(typeId, name), field, null);
        }

        return Method(assembly, typeId, name, member.DecodeMethodSignature(TypeTexts.Writer, ParameterNames.None));
    }

    /// <summary>The use of a method, which may be an accessor.</summary>
    public static ApiReference Method(string assembly, string typeId, string name, MethodSignature<TypeText> signature)
    {
        var parameters = signature.ParameterTypes;
        (string, TypeText)? owner = name.Split('_', 2) switch
        {
            ["get", var property] => (MemberIds.Property(typeId, property, parameters), signature.ReturnType),
            ["set", var property] when parameters.Length > 0 =>
                (MemberIds.Property(typeId, property, parameters.SkipLast(1)), parameters[^1]),
            ["add" or "remove", var action] when parameters.Length == 1 =>
                (MemberIds.Event(typeId, action), parameters[0]),
            _ => null,
        };
        return new(assembly, MemberIds.Method(typeId, name, signature), signature.ReturnType, !signature.Header.IsInstance)
        {
            Owner = owner,
        };
    }

    /// <summary>The definition of a type and its assembly; null for arrays and the like.</summary>
    private static (string Assembly, string TypeId)? Definition(MetadataReader reader, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeSpecification)
        {
            var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
            if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            {
                return null;
            }

            blob.ReadCompressedInteger(); // class or value type
            handle = blob.ReadTypeHandle();
        }

        if (handle.Kind == HandleKind.TypeDefinition)
        {
            var own = reader.GetString(reader.GetAssemblyDefinition().Name);
            return (own, TypeTexts.Writer.GetTypeFromDefinition(reader, (TypeDefinitionHandle)handle, 0).Id);
        }

        if (handle.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        var outermost = reader.GetTypeReference((TypeReferenceHandle)handle);
        while (outermost.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            outermost = reader.GetTypeReference((TypeReferenceHandle)outermost.ResolutionScope);
        }

        if (outermost.ResolutionScope.Kind != HandleKind.AssemblyReference)
        {
            return null;
        }

        var assembly = reader.GetAssemblyReference((AssemblyReferenceHandle)outermost.ResolutionScope);
        var text = TypeTexts.Writer.GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0);
        return (reader.GetString(assembly.Name), text.Id);
    }
}
