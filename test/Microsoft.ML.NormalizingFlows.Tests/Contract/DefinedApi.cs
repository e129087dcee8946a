using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>Reads the visible types and members that an assembly declares.</summary>
internal sealed class DefinedApi
{
    private readonly MetadataReader _reader;
    private readonly string _assembly;
    private readonly List<DefinedMember> _members = [];

    private DefinedApi(MetadataReader reader)
    {
        _reader = reader;
        _assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
    }

    public static IReadOnlyList<DefinedMember> Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var api = new DefinedApi(image.GetMetadataReader());
        foreach (var handle in api._reader.TypeDefinitions)
        {
            api.AddType(handle);
        }

        return api._members;
    }

    private void AddType(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        if (!IsVisible(type))
        {
            return;
        }

        var text = TypeTexts.Writer.GetTypeFromDefinition(_reader, handle, 0);
        var kind = TypeKind.Of(_reader, type);
        var members = new DefinedMemberReader(_reader, _assembly, text, type, kind);
        var isPublic = (type.Attributes & TypeAttributes.VisibilityMask) is TypeAttributes.Public or TypeAttributes.NestedPublic;
        _members.Add(new(_assembly, MemberIds.Type(text.Id))
        {
            Access = isPublic ? "public" : "protected",
            Modifiers = kind.Words,
            Name = members.Owner,
            Bases = [.. members.Bases()],
        });

        var accessors = new HashSet<MethodDefinitionHandle>();
        foreach (var property in type.GetProperties().Select(_reader.GetPropertyDefinition))
        {
            accessors.UnionWith([property.GetAccessors().Getter, property.GetAccessors().Setter]);
            Add(members.Property(property));
        }

        foreach (var action in type.GetEvents().Select(_reader.GetEventDefinition))
        {
            accessors.UnionWith([action.GetAccessors().Adder, action.GetAccessors().Remover]);
            Add(members.Event(action));
        }

        foreach (var field in type.GetFields())
        {
            Add(members.Field(_reader.GetFieldDefinition(field)));
        }

        foreach (var method in type.GetMethods().Where(method => !accessors.Contains(method)))
        {
            Add(members.Method(_reader.GetMethodDefinition(method)));
        }
    }

    private void Add(DefinedMember? member)
    {
        if (member is not null)
        {
            _members.Add(member);
        }
    }

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };
}
