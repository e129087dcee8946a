using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>How a synthesizer learns a table.</summary>
/// <remarks>
/// Some things it finds by itself. A number that nearly is what columns before it say (a sum, a difference, a product of powers, or another one's value in
/// some of the rows) is learned by how far it departs from that, where this makes held-out rows at least a quarter likelier, and what is loosely a sum of many columns
/// where that is nearer than trees are; so is a number that lies near the median of each group of another column, as a place near its town, where trees take some rows for another
/// group's. <see cref="MLContext.Log"/> tells which. Numbers of which the same few come again and again, with gaps between them, as the prices of a
/// list, are taken for names, of which no other one is near. And what all training rows keep, though by chance at least twenty would not, drawn rows keep as well: a column that another one decides, categories
/// and frequent values that never come together, a number or date that is never above another one.
/// </remarks>
/// <example><code>var synthesizer = ml.Data.Synthesizer(new SynthesizerOptions { Trees = 20, Seed = 1 });</code></example>
public sealed class SynthesizerOptions
{
    /// <summary>Name of the column that <see cref="RowScoringTransformer.Transform"/> adds, the log-density of a row; "LogDensity" by default.</summary>
    public string LogDensityColumnName { get; set; } = "LogDensity";

    /// <summary>Trees of each column, from 1 to 1,000, whose mean is its distribution: more give a better density and take longer. Default 10.</summary>
    [Range(1, 1_000)]
    public int Trees { get; set; } = 10;

    /// <summary>
    /// The fewest rows that a leaf of a tree keeps apart, 1 or more: fewer follow the training rows more closely, more tell less of each. Default 10.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MinimumLeafRows { get; set; } = 10;

    /// <summary>What cannot be told from the table about columns, by name: what values mean, and rules that hold in every row. Default: nothing.</summary>
    public IDictionary<string, SynthesizerColumnOptions> Columns { get; set; } = new Dictionary<string, SynthesizerColumnOptions>();

    /// <summary>
    /// Sets of columns whose values are drawn together only as some training row has them, such as <c>["city", "country"]</c>: rows that would have
    /// others are drawn anew. Missing values count as values. The log-density is that before the rule, and so a lower bound. Default: none.
    /// </summary>
    public IList<IReadOnlyCollection<string>> Combinations { get; set; } = [];

    /// <summary>Where all that is random comes from; null, the default, takes the seed of the <see cref="MLContext"/>, or a fresh one where it has none.</summary>
    public int? Seed { get; set; }

    /// <summary>Threads, 1 or more, which change nothing but the time; null, the default, for one a processor.</summary>
    [Range(1, int.MaxValue)]
    public int? Threads { get; set; }

    /// <summary>Is told how far learning is. Default null.</summary>
    public IProgress<SynthesizerProgress>? Progress { get; set; }

    /// <summary>Stops learning. Default: never.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>
    /// What a cancelled learning does: <see cref="WhenCancelled.KeepBest"/> keeps the trees that are there once each column has one, and throws before.
    /// Default <see cref="WhenCancelled.Throw"/>.
    /// </summary>
    public WhenCancelled WhenCancelled { get; set; } = WhenCancelled.Throw;

    internal SynthesizerOptions Copy()
    {
        var copy = (SynthesizerOptions)MemberwiseClone();
        copy.Combinations = [.. Combinations.Select(names => (string[])[.. names])];
        copy.Columns = Columns.ToDictionary(pair => pair.Key, pair => pair.Value.Copy());
        return copy;
    }

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(LogDensityColumnName))
            throw new ArgumentException($"{nameof(LogDensityColumnName)} is empty: name the column.", nameof(LogDensityColumnName));
        OptionsValidator.Check(this);
        ArgumentNullException.ThrowIfNull(Columns);
        if (Combinations is null || Combinations.Any(names => names is null || names.Distinct().Count() < 2))
            throw new ArgumentException($"{nameof(Combinations)} is null, or has a set of fewer than two columns: name the columns whose values go together.", nameof(Combinations));
        foreach (var (name, column) in Columns)
        {
            ArgumentNullException.ThrowIfNull(column, name);
            column.Validate(name);
        }
    }
}
