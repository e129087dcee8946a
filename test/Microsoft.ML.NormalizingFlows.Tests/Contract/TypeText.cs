namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// A type as the two kinds of API rows write it: as a documentation id (<c>System.Nullable{System.Int32}</c>) and in C#
/// (<c>int?</c>).
/// </summary>
/// <param name="Id">The type in a documentation id.</param>
/// <param name="CSharp">The type in C#, with full names.</param>
internal record TypeText(string Id, string CSharp)
{
    /// <summary>A reference to a variable: <c>ref</c>, <c>in</c> or <c>out</c>.</summary>
    public bool ByReference { get; init; }

    /// <summary>The path of a generic definition, from the outermost type inwards; needed to hand out its arguments.</summary>
    public IReadOnlyList<(string Name, int Arity)> Path { get; init; } = [];

    /// <summary>A class, structure or interface: <paramref name="path"/> counts each type's own parameters.</summary>
    public static TypeText Named(IReadOnlyList<(string Name, int Arity)> path)
    {
        var id = string.Join('.', path.Select(part => part.Arity == 0 ? part.Name : $"{part.Name}`{part.Arity}"));
        return new TypeText(id, id == "System.Decimal" ? "decimal" : id) { Path = path };
    }

    /// <summary>A generic type with its arguments, which belong to the types of the path one after the other.</summary>
    public TypeText Of(IReadOnlyList<TypeText> arguments)
    {
        if (Id == "System.Nullable`1")
        {
            return new TypeText($"System.Nullable{{{arguments[0].Id}}}", arguments[0].CSharp + "?");
        }

        return new TypeText(
            Join("{", "}", argument => argument.Id),
            Id.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
                ? $"({string.Join(", ", arguments.Select(argument => argument.CSharp))})"
                : Join("<", ">", argument => argument.CSharp));

        string Join(string open, string close, Func<TypeText, string> text)
        {
            var taken = 0;
            var separator = open == "{" ? "," : ", ";
            return string.Join('.', Path.Select(part =>
            {
                var own = arguments.Skip(taken).Take(part.Arity).Select(text);
                taken += part.Arity;
                return part.Arity == 0 ? part.Name : part.Name + open + string.Join(separator, own) + close;
            }));
        }
    }
}
