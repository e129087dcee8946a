using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>What a report on synthetic rows compares, and with what.</summary>
/// <example>
/// <code>
/// var report = ml.Data.QualityReport(train, synthetic, new QualityReportOptions { Test = test, TargetColumnName = "income" });
/// </code>
/// </example>
public sealed class QualityReportOptions
{
    /// <summary>Rows that each table must have at least.</summary>
    public const int MinimumRows = 20;

    /// <summary>
    /// Real rows that the generator has not seen, from where the real ones come. Null, the default, leaves out what needs them: the utility
    /// on unseen rows and the membership inference.
    /// </summary>
    public IDataView? Test { get; set; }

    /// <summary>The column that a model is trained to predict, on synthetic and on real rows. Null, the default, leaves this out. Needs <see cref="Test"/>.</summary>
    public string? TargetColumnName { get; set; }

    /// <summary>Columns that are not compared. Default: none.</summary>
    public IReadOnlyCollection<string> IgnoredColumns { get; set; } = [];

    /// <summary>
    /// A trainer for the two-sample test in place of boosted trees: from <c>Features</c>, a vector of Single, and <c>Label</c>, Boolean, to
    /// <c>Score</c>, Single. Null, the default, takes boosted trees: a hundred of 31 leaves.
    /// </summary>
    public IEstimator<ITransformer>? TwoSampleTrainer { get; set; }

    /// <summary>
    /// A trainer for the target in place of boosted trees: from <c>Features</c>, a vector of Single, and <c>Label</c>, Boolean for a target of two
    /// categories and Single for a number, to <c>Score</c>, Single. A target of more categories is predicted one against the rest. Null, the default, takes boosted trees: a hundred of 31 leaves.
    /// </summary>
    public IEstimator<ITransformer>? TargetTrainer { get; set; }

    /// <summary>Rows of a table that are compared; of a longer one so many are drawn. 20 or more. Default 200,000.</summary>
    public int MaximumRows { get; set; } = 200_000;

    /// <summary>Rows that models are trained on, half of them real in the two-sample test. 40 or more. Default 40,000.</summary>
    public int TrainingRows { get; set; } = 40_000;

    /// <summary>Told of each step. Default null.</summary>
    public IProgress<QualityProgress>? Progress { get; set; }

    /// <summary>Stops the report. Default: never.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The seed of all that is random. Null, the default, takes the seed of the <see cref="MLContext"/>, or a fresh one where it has none.</summary>
    public int? Seed { get; set; }

    /// <summary>Checks the options; the report does so before it reads anything.</summary>
    /// <exception cref="ArgumentException">One is out of its range, or there is a target and no test table.</exception>
    public void Validate()
    {
        Ranges.Integer(nameof(MaximumRows), MaximumRows, MinimumRows);
        Ranges.Integer(nameof(TrainingRows), TrainingRows, 2 * MinimumRows);
        ArgumentNullException.ThrowIfNull(IgnoredColumns);
        if (TargetColumnName is not null && Test is null)
            throw new ArgumentException($"{nameof(TargetColumnName)} is '{TargetColumnName}', but there is no {nameof(Test)} to judge its predictions on: give one, or leave the target out.", nameof(Test));
        if (TargetColumnName is not null && IgnoredColumns.Contains(TargetColumnName))
            throw new ArgumentException($"The target '{TargetColumnName}' is one of {nameof(IgnoredColumns)}: take it out of them.", nameof(IgnoredColumns));
    }
}

/// <summary>How far a <see cref="QualityReport"/> is.</summary>
/// <param name="Step">What begins, such as <c>two-sample test</c>.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <example>
/// <code>
/// options.Progress = new Progress&lt;QualityProgress&gt;(p => Console.WriteLine($"{p.Done} of {p.Steps}: {p.Step}"));
/// </code>
/// </example>
public sealed record QualityProgress(string Step, int Done, int Steps);
