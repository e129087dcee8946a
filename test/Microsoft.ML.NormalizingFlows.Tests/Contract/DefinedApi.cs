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

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private void AddType(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        if (!IsVisible(type))
        {
            return;
        }

        var owner = new Declaring(
            TypeTexts.Writer.GetTypeFromDefinition(_reader, handle, 0),
            new ParameterNames(Names(type.GetGenericParameters()), []),
            TypeKind.Of(_reader, type));
        var bases = new List<TypeText>();
        if (owner.Kind.HasBase)
        {
            bases.Add(Text(type.BaseType, owner.Names));
        }

        if (owner.Kind.Word is "class" or "struct" or "interface")
        {
            bases.AddRange(type.GetInterfaceImplementations()
                .Select(one => _reader.GetInterfaceImplementation(one).Interface)
                .Select(one => Text(one, owner.Names)));
        }

        _members.Add(new(_assembly, MemberIds.Type(owner.Text.Id))
        {
            Access = (type.Attributes & TypeAttributes.VisibilityMask) is TypeAttributes.Public or TypeAttributes.NestedPublic ? "public" : "protected",
            Modifiers = owner.Kind.Words,
            Name = owner.CSharp,
            Bases = bases,
        });
        AddMembers(type, owner);
    }

    private void AddMembers(TypeDefinition type, Declaring owner)
    {
        var accessors = new HashSet<MethodDefinitionHandle>();
        foreach (var property in type.GetProperties().Select(_reader.GetPropertyDefinition))
        {
            var both = property.GetAccessors();
            accessors.UnionWith([both.Getter, both.Setter]);
            var visible = new[] { both.Getter, both.Setter }.Where(one => !one.IsNil && IsVisible(_reader.GetMethodDefinition(one))).ToList();
            if (visible.Count > 0)
            {
                AddProperty(owner, property, both, visible);
            }
        }

        foreach (var action in type.GetEvents().Select(_reader.GetEventDefinition))
        {
            var both = action.GetAccessors();
            accessors.UnionWith([both.Adder, both.Remover]);
            var adder = _reader.GetMethodDefinition(both.Adder);
            if (IsVisible(adder))
            {
                var name = _reader.GetString(action.Name);
                _members.Add(Basics(MemberIds.Event(owner.Text.Id, name), owner, name, adder) with { Type = Text(action.Type, owner.Names) });
            }
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            AddField(owner, field);
        }

        foreach (var handle in type.GetMethods())
        {
            var method = _reader.GetMethodDefinition(handle);
            if (!accessors.Contains(handle) && IsVisible(method))
            {
                AddMethod(owner, method);
            }
        }
    }

    private void AddProperty(Declaring owner, PropertyDefinition property, PropertyAccessors both, List<MethodDefinitionHandle> visible)
    {
        var name = _reader.GetString(property.Name);
        var signature = property.DecodeSignature(TypeTexts.Writer, owner.Names);
        var first = _reader.GetMethodDefinition(visible[0]);
        var getsParameters = Parameters(first, first.DecodeSignature(TypeTexts.Writer, owner.Names));
        var parameters = getsParameters.Take(signature.ParameterTypes.Length).ToList();
        var basics = Basics(MemberIds.Property(owner.Text.Id, name, signature.ParameterTypes), owner, parameters.Count > 0 ? "this" : name, first);
        _members.Add(basics with
        {
            Type = signature.ReturnType,
            Parameters = parameters.Count > 0 ? parameters : null,
            Accessors = string.Join(' ', visible.Select(one => one == both.Getter ? "get;" : "set;")),
        });
    }

    private void AddField(Declaring owner, FieldDefinition field)
    {
        var access = field.Attributes & FieldAttributes.FieldAccessMask;
        if (access is not (FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
            || field.Attributes.HasFlag(FieldAttributes.SpecialName))
        {
            return;
        }

        var name = _reader.GetString(field.Name);
        var isConstant = field.Attributes.HasFlag(FieldAttributes.Literal);
        _members.Add(new(_assembly, MemberIds.Field(owner.Text.Id, name))
        {
            Access = owner.Kind.Word == "enum" ? "" : access == FieldAttributes.Public ? "public" : "protected",
            Modifiers =
            [
                .. isConstant ? ["const"] : field.Attributes.HasFlag(FieldAttributes.Static) ? (string[])["static"] : [],
                .. field.Attributes.HasFlag(FieldAttributes.InitOnly) ? (string[])["readonly"] : [],
            ],
            Type = field.DecodeSignature(TypeTexts.Writer, owner.Names),
            Name = owner.CSharp + "." + name,
            Constant = isConstant ? Constants.Text(_reader, field.GetDefaultValue()) : null,
        });
    }

    private void AddMethod(Declaring owner, MethodDefinition method)
    {
        var name = _reader.GetString(method.Name);
        var isConstructor = name == ".ctor";
        if (name == ".cctor" || (isConstructor && owner.Kind.Word == "delegate")
            || (owner.Kind.Word == "delegate" && name is "BeginInvoke" or "EndInvoke"))
        {
            return;
        }

        var names = owner.Names with { Method = Names(method.GetGenericParameters()) };
        var signature = method.DecodeSignature(TypeTexts.Writer, names);
        var own = isConstructor ? owner.SimpleName : names.Method.Count == 0 ? name : $"{name}<{string.Join(", ", names.Method)}>";
        _members.Add(Basics(MemberIds.Method(owner.Text.Id, name, signature), owner, own, method) with
        {
            Type = isConstructor ? null : signature.ReturnType,
            Parameters = Parameters(method, signature),
        });
    }

    private DefinedMember Basics(string id, Declaring owner, string name, MethodDefinition method) => new(_assembly, id)
    {
        Access = owner.Kind.Word == "interface" ? "" : (method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public ? "public" : "protected",
        Modifiers = [.. Modifiers(method)],
        Name = owner.CSharp + "." + name,
        IsReachedThroughBase = method.Attributes.HasFlag(MethodAttributes.Virtual)
            && (!method.Attributes.HasFlag(MethodAttributes.NewSlot) || method.Attributes.HasFlag(MethodAttributes.Final)),
    };

    private IEnumerable<string> Modifiers(MethodDefinition method)
    {
        var attributes = method.Attributes;
        var isNew = attributes.HasFlag(MethodAttributes.NewSlot);
        var isFinal = attributes.HasFlag(MethodAttributes.Final);
        if (attributes.HasFlag(MethodAttributes.Static))
        {
            yield return "static";
        }

        if (IsExtension(method))
        {
            yield return "extension";
        }

        if (!attributes.HasFlag(MethodAttributes.Virtual))
        {
            yield break;
        }

        if (!isNew)
        {
            yield return "override";
        }

        if (attributes.HasFlag(MethodAttributes.Abstract))
        {
            yield return "abstract";
        }
        else if (!isNew && isFinal)
        {
            yield return "sealed";
        }
        else if (isNew && !isFinal)
        {
            yield return "virtual";
        }
    }

    private List<DefinedParameter> Parameters(MethodDefinition method, MethodSignature<TypeText> signature)
    {
        var declared = method.GetParameters().Select(_reader.GetParameter).Where(one => one.SequenceNumber > 0).ToDictionary(one => one.SequenceNumber - 1);
        var isExtension = IsExtension(method);
        return [.. signature.ParameterTypes.Select((type, index) =>
        {
            if (!declared.TryGetValue(index, out var parameter))
            {
                return new DefinedParameter("", type, "", null);
            }

            var attributes = parameter.GetCustomAttributes();
            var prefix = type.ByReference
                ? parameter.Attributes.HasFlag(ParameterAttributes.Out) ? "out" : Has(attributes, "IsReadOnlyAttribute") ? "in" : "ref"
                : isExtension && index == 0 ? "this" : Has(attributes, "ParamArrayAttribute") ? "params" : "";
            var optional = parameter.Attributes.HasFlag(ParameterAttributes.Optional);
            return new DefinedParameter(prefix, type, _reader.GetString(parameter.Name), optional ? Constants.Text(_reader, parameter.GetDefaultValue()) : null);
        })];
    }

    private bool IsExtension(MethodDefinition method) => Has(method.GetCustomAttributes(), "ExtensionAttribute");

    private bool Has(CustomAttributeHandleCollection attributes, string name) => attributes.Any(handle =>
        _reader.GetCustomAttribute(handle).Constructor switch
        {
            { Kind: HandleKind.MemberReference } constructor =>
                Text(_reader.GetMemberReference((MemberReferenceHandle)constructor).Parent, ParameterNames.None).Id.EndsWith(name, StringComparison.Ordinal),
            { Kind: HandleKind.MethodDefinition } constructor =>
                Text(_reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType(), ParameterNames.None).Id.EndsWith(name, StringComparison.Ordinal),
            _ => false,
        });

    private static bool IsVisible(MethodDefinition method) =>
        (method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private string[] Names(GenericParameterHandleCollection handles) => [.. handles.Select(one => _reader.GetString(_reader.GetGenericParameter(one).Name))];

    private TypeText Text(EntityHandle handle, ParameterNames names) => handle.Kind switch
    {
        HandleKind.TypeDefinition => TypeTexts.Writer.GetTypeFromDefinition(_reader, (TypeDefinitionHandle)handle, 0),
        HandleKind.TypeReference => TypeTexts.Writer.GetTypeFromReference(_reader, (TypeReferenceHandle)handle, 0),
        _ => TypeTexts.Writer.GetTypeFromSpecification(_reader, names, (TypeSpecificationHandle)handle, 0),
    };

    private sealed record Declaring(TypeText Text, ParameterNames Names, TypeKind Kind)
    {
        public string CSharp => Text.Of([.. Names.Type.Select(name => new TypeText(name, name))]).CSharp;

        public string SimpleName => Text.Path[^1].Name.Split('.')[^1];
    }
}
