namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>A parameter as it is declared.</summary>
/// <param name="Prefix"><c>this</c>, <c>params</c>, <c>ref</c>, <c>out</c>, <c>in</c> or nothing.</param>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its name, by which callers may name the argument.</param>
/// <param name="Default">Its default value as text; null when it has none.</param>
internal sealed record DefinedParameter(string Prefix, TypeText Type, string Name, string? Default);

/// <summary>A visible type or member that an assembly declares, with all that its row in an API list says.</summary>
internal sealed record DefinedMember(string Assembly, string Id)
{
    /// <summary><c>public</c> or <c>protected</c>; empty for members of interfaces and enumerations.</summary>
    public string Access { get; init; } = "";

    /// <summary>static or const, extension, override, abstract, sealed, virtual, readonly, in this order; a type's kind.</summary>
    public IReadOnlyList<string> Modifiers { get; init; } = [];

    /// <summary>What it returns or holds; null for a constructor and a type.</summary>
    public TypeText? Type { get; init; }

    /// <summary>The full name in C#, with type parameters.</summary>
    public string Name { get; init; } = "";

    /// <summary>Parameters of a method, an indexer; null where there is no list.</summary>
    public IReadOnlyList<DefinedParameter>? Parameters { get; init; }

    /// <summary>The value of a constant.</summary>
    public string? Constant { get; init; }

    /// <summary>The visible accessors of a property, such as <c>get; set;</c>.</summary>
    public string? Accessors { get; init; }

    /// <summary>Base class and interfaces of a type.</summary>
    public IReadOnlyList<TypeText> Bases { get; init; } = [];

    /// <summary>Whether code can reach the member without naming it: it overrides or implements another.</summary>
    public bool IsReachedThroughBase { get; init; }

    /// <summary>The row in the style that the assembly's list has.</summary>
    public ApiRow Row() => new(Id, Id.AsSpan(2).StartsWith("Microsoft.") ? InCSharp() : InPlain());

    private bool IsEnumValue => Constant is not null && Access.Length == 0;

    private string InCSharp()
    {
        // A value of an enumeration has neither access, nor modifiers, nor type; a member of an interface only the type.
        var modifiers = Modifiers.Where(word => Access.Length > 0 && word != "extension");
        string[] front = IsEnumValue ? [] : [Access, .. modifiers, Type?.CSharp ?? ""];
        var words = string.Join(' ', front.Append(Name).Where(word => word.Length > 0));
        if (Parameters is { } parameters)
        {
            var list = string.Join(", ", parameters.Select(one =>
                (one.Prefix + " ").TrimStart() + one.Type.CSharp + " " + one.Name + (one.Default is { } value ? " = " + value : "")));
            words += Id[0] == 'P' ? $"[{list}]" : $"({list})";
        }

        words += Constant is { } constant ? " = " + constant : "";
        return Bases.Count == 0 ? words : $"{words} : {string.Join(", ", Bases.Select(type => type.CSharp))}";
    }

    private string InPlain()
    {
        var words = new[] { Access == "protected" && Id[0] is 'M' or 'P' ? Access : "" }.Concat(Modifiers)
            .Append(Id[0] == 'T' ? "" : Type is null ? "System.Void" : Type.Id.TrimEnd('@')).Where(word => word.Length > 0);
        var text = string.Join(' ', words);
        if (Parameters is { } parameters && Id[0] == 'M')
        {
            text += " (" + string.Join(", ", parameters.Select(parameter =>
                (parameter.Prefix is "params" or "out" ? parameter.Prefix + " " : "") + parameter.Name
                + (parameter.Default is { } value ? " = " + value : ""))) + ")";
        }

        text += Constant is { } constant ? " = " + constant : "";
        text += Accessors is { } accessors ? $" {{ {accessors} }}" : "";
        return Bases.Count == 0 ? text : $"{text} : {string.Join(", ", Bases.Select(type => type.Id))}";
    }
}
