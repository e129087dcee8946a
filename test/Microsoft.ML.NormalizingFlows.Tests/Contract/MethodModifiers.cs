using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>The modifiers of a method as C# has them; metadata says the same in other words.</summary>
internal static class MethodModifiers
{
    public static IEnumerable<string> Of(MethodAttributes attributes, bool isExtension)
    {
        var isVirtual = attributes.HasFlag(MethodAttributes.Virtual);
        var isAbstract = attributes.HasFlag(MethodAttributes.Abstract);
        var isOverride = isVirtual && !attributes.HasFlag(MethodAttributes.NewSlot);
        var isFinal = attributes.HasFlag(MethodAttributes.Final);
        var words = new[]
        {
            (attributes.HasFlag(MethodAttributes.Static), "static"),
            (isExtension, "extension"),
            (isOverride, "override"),
            (isAbstract, "abstract"),
            (isOverride && isFinal, "sealed"),
            (isVirtual && !isOverride && !isFinal && !isAbstract, "virtual"),
        };
        return words.Where(word => word.Item1).Select(word => word.Item2);
    }

    /// <summary>Whether a method overrides one of its base, or is final because it implements one of an interface.</summary>
    public static bool OverridesOrImplements(MethodAttributes attributes) =>
        attributes.HasFlag(MethodAttributes.Virtual)
        && (!attributes.HasFlag(MethodAttributes.NewSlot) || attributes.HasFlag(MethodAttributes.Final));
}
