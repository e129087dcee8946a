using System.Reflection;
using System.Reflection.Metadata;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>How a type is declared: <c>sealed class</c>, <c>struct</c>, <c>enum</c>, ...</summary>
/// <param name="Word">class, struct, enum, interface or delegate.</param>
/// <param name="Words">The word with the modifiers in front.</param>
/// <param name="HasBase">Whether it has a base class worth naming.</param>
internal sealed record TypeKind(string Word, IReadOnlyList<string> Words, bool HasBase)
{
    public static TypeKind Of(MetadataReader reader, TypeDefinition type)
    {
        if (type.Attributes.HasFlag(TypeAttributes.Interface))
        {
            return new("interface", ["interface"], false);
        }

        var name = type.BaseType.Kind switch
        {
            HandleKind.TypeReference => TypeTexts.Writer.GetTypeFromReference(reader, (TypeReferenceHandle)type.BaseType, 0).Id,
            _ => "",
        };
        var word = name switch
        {
            "System.Enum" => "enum",
            "System.ValueType" => "struct",
            "System.MulticastDelegate" => "delegate",
            _ => "class",
        };
        var isAbstract = type.Attributes.HasFlag(TypeAttributes.Abstract);
        var isSealed = type.Attributes.HasFlag(TypeAttributes.Sealed);
        string[] modifier = word != "class" ? [] : (isAbstract, isSealed) switch
        {
            (true, true) => ["static"],
            (true, false) => ["abstract"],
            (false, true) => ["sealed"],
            _ => [],
        };
        return new(word, [.. modifier, word], word == "class" && name != "System.Object");
    }
}
