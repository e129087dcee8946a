using Microsoft.ML.NormalizingFlows;

namespace SearchSample.Space;

/// <summary>What a search may try: some options of a flow, each with its range.</summary>
internal sealed class OptionSpace
{
    private OptionSpace(IReadOnlyList<SearchedOption> options) => Options = options;

    public IReadOnlyList<SearchedOption> Options { get; }

    /// <summary>All options that have a range: of the latent, of the flow, and of its training.</summary>
    public static OptionSpace All() => new(
    [
        .. new[] { typeof(DiscreteFlowLatent), typeof(FlowOptions), typeof(TrainingOptions) }
            .SelectMany(type => type.GetProperties()).Select(SearchedOption.Of).OfType<SearchedOption>(),
    ]);

    /// <summary>This space without an option, which keeps its default.</summary>
    public OptionSpace Without(string name) => new([.. Options.Where(option => option.Name != Known(name))]);

    /// <summary>This space with another upper end of an option.</summary>
    public OptionSpace UpTo(string name, double high) => new([.. Options.Select(option => option.Name == Known(name) ? option.UpTo(high) : option)]);

    /// <summary>This space with these options alone.</summary>
    /// <exception cref="ArgumentException">A name is not that of an option; the message lists those.</exception>
    public OptionSpace Only(IEnumerable<string> names)
    {
        string[] known = [.. names.Select(Known)];
        return new([.. Options.Where(option => known.Contains(option.Name))]);
    }

    /// <summary>A value for each option, one after the other.</summary>
    public Dictionary<string, object> Draw(Random random) => Options.ToDictionary(option => option.Name, option => option.Draw(random));

    /// <summary>Takes the values over into options; where one is of the latent, this becomes a discrete one.</summary>
    public void Set(NormalizingVariationalFlowOptions options, IReadOnlyDictionary<string, object> values)
    {
        foreach (SearchedOption option in Options)
            option.Set(options, values[option.Name]);
    }

    private string Known(string name) => Options.FirstOrDefault(option => option.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name
        ?? throw new ArgumentException($"'{name}' is no option to search; there are {string.Join(", ", Options.Select(option => option.Name))}.");
}
