using System.Reflection.Metadata;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>Documentation ids of members, as the C# specification defines them.</summary>
internal static class MemberIds
{
    public static string Type(string typeId) => "T:" + typeId;

    public static string Field(string typeId, string name) => $"F:{typeId}.{name}";

    public static string Event(string typeId, string name) => $"E:{typeId}.{name}";

    public static string Property(string typeId, string name, IEnumerable<TypeText> parameters) =>
        $"P:{typeId}.{Escape(name)}{List(parameters)}";

    public static string Method(string typeId, string name, MethodSignature<TypeText> signature)
    {
        var generic = signature.GenericParameterCount == 0 ? "" : "``" + signature.GenericParameterCount;
        var conversion = name is "op_Implicit" or "op_Explicit" ? "~" + signature.ReturnType.Id : "";
        return $"M:{typeId}.{Escape(name)}{generic}{List(signature.ParameterTypes)}{conversion}";
    }

    // .ctor becomes #ctor; explicit implementations carry the interface's name.
    private static string Escape(string name) => name.Replace('.', '#').Replace('<', '{').Replace('>', '}').Replace(',', '@');

    private static string List(IEnumerable<TypeText> parameters)
    {
        var list = string.Join(',', parameters.Select(parameter => parameter.Id));
        return list.Length == 0 ? "" : $"({list})";
    }
}
