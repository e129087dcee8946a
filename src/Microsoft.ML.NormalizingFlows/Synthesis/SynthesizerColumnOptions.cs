using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// What a synthesizer cannot tell by itself about a column: what its values mean, and what must hold in every row. A rule that a training row
/// breaks is an error that names the row; then it holds in each row that is drawn.
/// </summary>
/// <example>
/// <code>
/// var options = new SynthesizerOptions
/// {
///     Columns =
///     {
///         ["zip"] = new() { Kind = ColumnKind.Category },
///         ["price"] = new() { Step = 0.05, Positive = true },
///         ["ordered"] = new() { NotAbove = ["shipped"] },
///         ["id"] = new() { Unique = true },
///     },
/// };
/// </code>
/// </example>
public sealed class SynthesizerColumnOptions
{
    /// <summary>What the values mean. Default: as the type says.</summary>
    public ColumnKind Kind { get; set; }

    /// <summary>
    /// Numbers are rounded to multiples of this, those of the training rows too: above 0, with at most nine decimals, such as 0.05 or 1000; 0 rounds
    /// nothing, not even values that are all whole. Null, the default, finds what all values of a column are multiples of.
    /// </summary>
    public double? Step { get; set; }

    /// <summary>The least number that may be. Null, the default, for none. No value outside the range of the training rows is drawn anyway.</summary>
    public double? Minimum { get; set; }

    /// <summary>The greatest number that may be. Null, the default, for none.</summary>
    public double? Maximum { get; set; }

    /// <summary>Whether all numbers are above 0. Default false.</summary>
    public bool Positive { get; set; }

    /// <summary>The first date that may be. Null, the default, for none.</summary>
    public DateTime? Earliest { get; set; }

    /// <summary>The last date that may be. Null, the default, for none.</summary>
    public DateTime? Latest { get; set; }

    /// <summary>
    /// Columns that this one is below in every row that has both values. The greater column is learned as its distance from the lesser, which
    /// keeps close values close and the density exact. Default: none.
    /// </summary>
    public IReadOnlyCollection<string> Below { get; set; } = [];

    /// <summary>Columns that this one is below or equal to, otherwise as <see cref="Below"/>. Default: none.</summary>
    public IReadOnlyCollection<string> NotAbove { get; set; } = [];

    /// <summary>
    /// Whether the values are keys, each in one row alone. They tell nothing about a row: they are not learned and have no part in the
    /// log-density. Drawn rows are numbered anew, row by row, behind the greatest key of the training rows (keys of ML.NET from the first);
    /// texts keep their common beginning, as in C00041, C00042. Default false.
    /// </summary>
    public bool Unique { get; set; }

    internal bool HasNumberRules => Step is not null || Minimum is not null || Maximum is not null || Positive;

    internal bool HasDateRules => Earliest is not null || Latest is not null;

    internal IEnumerable<(string Column, bool Strict)> Above => Below.Select(name => (name, true)).Concat(NotAbove.Select(name => (name, false)));

    internal SynthesizerColumnOptions Copy()
    {
        var copy = (SynthesizerColumnOptions)MemberwiseClone();
        (copy.Below, copy.NotAbove) = ([.. Below], [.. NotAbove]);
        return copy;
    }

    /// <exception cref="ArgumentException">A value is out of its range, or two contradict one another.</exception>
    internal void Validate(string column)
    {
        Ranges.Defined($"{nameof(Kind)} of '{column}'", Kind);
        if (Below is null || NotAbove is null)
            throw new ArgumentException($"{nameof(Below)} or {nameof(NotAbove)} of the column '{column}' is null: leave it empty instead.");
        if (Step is { } step && !(step == 0 || Grid.Of(step) is not null))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Step)} of the column '{column}' is {step}, but must be 0, or above 0 with at most nine decimals."));
        if (Step is not null && Kind == ColumnKind.WholeNumber && Step != Math.Round(Step.Value) | Step == 0)
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Step)} of the column '{column}' is {Step}, which is no whole number, though its {nameof(Kind)} is {Kind}: drop one of them."));
        if (double.IsNaN(Minimum ?? 0) || double.IsNaN(Maximum ?? 0))
            throw new ArgumentException($"A bound of the column '{column}' is not a number: leave it null instead.");
        if (Minimum > Maximum)
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Minimum)} of the column '{column}' is {Minimum}, above its {nameof(Maximum)} {Maximum}."));
        if (Positive && Maximum <= 0)
            throw new ArgumentException(FormattableString.Invariant($"The column '{column}' is to be {nameof(Positive)}, but its {nameof(Maximum)} is {Maximum}."));
        if (Earliest > Latest)
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Earliest)} of the column '{column}' is {Earliest:s}, after its {nameof(Latest)} {Latest:s}."));
        if (Unique && (HasNumberRules || HasDateRules || Kind != ColumnKind.Detected || Above.Any()))
            throw new ArgumentException($"The column '{column}' is to be {nameof(Unique)} and so is numbered anew, which leaves no room for another rule: drop the others.");
    }
}
