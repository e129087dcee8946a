using System.Reflection;
using System.Reflection.Metadata;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>Reads the members of one type; a member that is not visible outside of its assembly gives null.</summary>
internal sealed class DefinedMemberReader(MetadataReader reader, string assembly, TypeText text, TypeDefinition type, TypeKind kind)
{
    private readonly ParameterNames _names = new(Names(reader, type.GetGenericParameters()), []);

    /// <summary>The type in C#, with the names of its parameters.</summary>
    public string Owner => text.Of([.. _names.Type.Select(name => new TypeText(name, name))]).CSharp;

    /// <summary>The base class, where it says something, and the interfaces.</summary>
    public IEnumerable<TypeText> Bases()
    {
        var interfaces = type.GetInterfaceImplementations().Select(one => reader.GetInterfaceImplementation(one).Interface);
        IEnumerable<EntityHandle> bases = kind.HasBase ? [type.BaseType] : [];
        return kind.Word is "enum" or "delegate" ? [] : bases.Concat(interfaces).Select(one => Text(one, _names));
    }

    public DefinedMember? Property(PropertyDefinition property)
    {
        var both = property.GetAccessors();
        var visible = new[] { both.Getter, both.Setter }
            .Where(one => !one.IsNil && IsVisible(reader.GetMethodDefinition(one).Attributes)).ToList();
        if (visible.Count == 0)
        {
            return null;
        }

        var name = reader.GetString(property.Name);
        var signature = property.DecodeSignature(TypeTexts.Writer, _names);
        var accessor = reader.GetMethodDefinition(visible[0]);
        var parameters = Parameters(accessor, accessor.DecodeSignature(TypeTexts.Writer, _names).ParameterTypes)
            .Take(signature.ParameterTypes.Length).ToList();
        var isIndexer = parameters.Count > 0;
        return Member(MemberIds.Property(text.Id, name, signature.ParameterTypes), isIndexer ? "this" : name, accessor) with
        {
            Type = signature.ReturnType,
            Parameters = isIndexer ? parameters : null,
            Accessors = string.Join(' ', visible.Select(one => one == both.Getter ? "get;" : "set;")),
        };
    }

    public DefinedMember? Event(EventDefinition action)
    {
        var name = reader.GetString(action.Name);
        var adder = reader.GetMethodDefinition(action.GetAccessors().Adder);
        return IsVisible(adder.Attributes)
            ? Member(MemberIds.Event(text.Id, name), name, adder) with { Type = Text(action.Type, _names) }
            : null;
    }

    public DefinedMember? Field(FieldDefinition field)
    {
        // Fields and methods share the values of the access bits.
        if (!IsVisible((MethodAttributes)field.Attributes) || field.Attributes.HasFlag(FieldAttributes.SpecialName))
        {
            return null;
        }

        var name = reader.GetString(field.Name);
        var isConstant = field.Attributes.HasFlag(FieldAttributes.Literal);
        var scope = isConstant ? "const" : field.Attributes.HasFlag(FieldAttributes.Static) ? "static" : "";
        var isReadonly = field.Attributes.HasFlag(FieldAttributes.InitOnly);
        return new(assembly, MemberIds.Field(text.Id, name))
        {
            Access = kind.Word == "enum" ? "" : Access((MethodAttributes)field.Attributes),
            Modifiers = [.. new[] { scope, isReadonly ? "readonly" : "" }.Where(word => word.Length > 0)],
            Type = field.DecodeSignature(TypeTexts.Writer, _names),
            Name = Owner + "." + name,
            Constant = isConstant ? Constants.Text(reader, field.GetDefaultValue()) : null,
        };
    }

    public DefinedMember? Method(MethodDefinition method)
    {
        var name = reader.GetString(method.Name);
        var comesWithDelegates = kind.Word == "delegate" && name is ".ctor" or "BeginInvoke" or "EndInvoke";
        if (!IsVisible(method.Attributes) || name == ".cctor" || comesWithDelegates)
        {
            return null;
        }

        var names = _names with { Method = Names(reader, method.GetGenericParameters()) };
        var signature = method.DecodeSignature(TypeTexts.Writer, names);
        var isConstructor = name == ".ctor";
        var own = isConstructor ? text.Path[^1].Name.Split('.')[^1] : name;
        var generic = names.Method.Count == 0 ? "" : $"<{string.Join(", ", names.Method)}>";
        return Member(MemberIds.Method(text.Id, name, signature), own + generic, method) with
        {
            Type = isConstructor ? null : signature.ReturnType,
            Parameters = [.. Parameters(method, signature.ParameterTypes)],
        };
    }

    private DefinedMember Member(string id, string name, MethodDefinition method) => new(assembly, id)
    {
        Access = kind.Word == "interface" ? "" : Access(method.Attributes),
        Modifiers = [.. MethodModifiers.Of(method.Attributes, Has(method.GetCustomAttributes(), "ExtensionAttribute"))],
        Name = Owner + "." + name,
        IsReachedThroughBase = MethodModifiers.OverridesOrImplements(method.Attributes),
    };

    private IEnumerable<DefinedParameter> Parameters(MethodDefinition method, IEnumerable<TypeText> types)
    {
        var isExtension = Has(method.GetCustomAttributes(), "ExtensionAttribute");
        var declared = method.GetParameters().Select(reader.GetParameter).ToDictionary(one => one.SequenceNumber);
        return types.Select((type, index) =>
        {
            var parameter = declared[index + 1];
            var attributes = parameter.GetCustomAttributes();
            var prefix = (type.ByReference, parameter.Attributes.HasFlag(ParameterAttributes.Out)) switch
            {
                (true, true) => "out",
                (true, false) => Has(attributes, "IsReadOnlyAttribute") ? "in" : "ref",
                _ => isExtension && index == 0 ? "this" : Has(attributes, "ParamArrayAttribute") ? "params" : "",
            };
            var isOptional = parameter.Attributes.HasFlag(ParameterAttributes.Optional);
            var value = isOptional ? Constants.Text(reader, parameter.GetDefaultValue()) : null;
            return new DefinedParameter(prefix, type, reader.GetString(parameter.Name), value);
        });
    }

    private bool Has(CustomAttributeHandleCollection attributes, string name) => attributes
        .Select(handle => reader.GetCustomAttribute(handle).Constructor)
        .Select(constructor => constructor.Kind == HandleKind.MemberReference
            ? reader.GetMemberReference((MemberReferenceHandle)constructor).Parent
            : reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType())
        .Any(attribute => Text(attribute, ParameterNames.None).Id.EndsWith("." + name, StringComparison.Ordinal));

    private TypeText Text(EntityHandle handle, ParameterNames names) => handle.Kind switch
    {
        HandleKind.TypeDefinition => TypeTexts.Writer.GetTypeFromDefinition(reader, (TypeDefinitionHandle)handle, 0),
        HandleKind.TypeReference => TypeTexts.Writer.GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0),
        _ => TypeTexts.Writer.GetTypeFromSpecification(reader, names, (TypeSpecificationHandle)handle, 0),
    };

    private static string Access(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public ? "public" : "protected";

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static string[] Names(MetadataReader reader, GenericParameterHandleCollection handles) =>
        [.. handles.Select(handle => reader.GetString(reader.GetGenericParameter(handle).Name))];
}
