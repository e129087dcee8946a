namespace PaperToys.Plane;

/// <summary>One of the flows that are compared at a size.</summary>
internal sealed record Contender(string Name, FlowSize Size, int States)
{
    public const string Plain = "NF", Matched = "NF, matched", Variational = "NVF";

    /// <summary>A plain flow, one with at least as many parameters as the NVF, and the NVF.</summary>
    public static IReadOnlyList<Contender> At(FlowSize size, int states) =>
    [
        new(Plain, size, 1),
        new(Matched, size.Matching(size.Parameters(states)), 1),
        new(Variational, size, states),
    ];

    public int Parameters => Size.Parameters(States);
}
