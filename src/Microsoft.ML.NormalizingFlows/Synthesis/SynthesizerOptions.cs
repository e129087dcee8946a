using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>How a synthesizer learns a table.</summary>
/// <example><code>var synthesizer = ml.Data.Synthesizer(new SynthesizerOptions { Epochs = 20, Seed = 1 });</code></example>
public sealed class SynthesizerOptions
{
    internal const int MostHiddenUnits = 4_096;
    internal const int MostBlocks = 16;

    /// <summary>Name of the column that <see cref="Synthesizer.Transform"/> adds, the log-density of a row; "LogDensity" by default.</summary>
    public string LogDensityColumnName { get; set; } = "LogDensity";

    /// <summary>Hidden units of the network, 1 to 4,096; 256 by default.</summary>
    public int HiddenUnits { get; set; } = 256;

    /// <summary>Residual blocks of the network, 0 to 16; 1 by default.</summary>
    public int Blocks { get; set; } = 1;

    /// <summary>Share of hidden activations dropped while training, at least 0 and below 1; 0.3 by default.</summary>
    public double Dropout { get; set; } = 0.3;

    /// <summary>Passes over the training rows, 1 or more; null, the default, chooses by the number of rows.</summary>
    public int? Epochs { get; set; }

    /// <summary>Rows of a step, 1 or more; 256 by default.</summary>
    public int BatchSize { get; set; } = 256;

    /// <summary>Adam's step size at the start, above 0 and at most 1; 2e-3 by default.</summary>
    public double LearningRate { get; set; } = 2e-3;

    /// <summary>Share of the rows that is held out to choose the epoch, above 0 and below 1; 0.1 by default.</summary>
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>What cannot be told from the table about columns, by name: what values mean, and rules that hold in every row. Default: nothing.</summary>
    public IDictionary<string, SynthesizerColumnOptions> Columns { get; set; } = new Dictionary<string, SynthesizerColumnOptions>();

    /// <summary>The seed; null takes that of the <see cref="MLContext"/>.</summary>
    public int? Seed { get; set; }

    /// <summary>Threads, 1 or more; null takes as many as there are processors.</summary>
    public int? Threads { get; set; }

    /// <summary>Gets a report after each epoch.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops training.</summary>
    public CancellationToken Cancellation { get; set; }

    internal SynthesizerOptions Copy()
    {
        var copy = (SynthesizerOptions)MemberwiseClone();
        copy.Columns = Columns.ToDictionary(pair => pair.Key, pair => pair.Value.Copy());
        return copy;
    }

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(LogDensityColumnName))
            throw new ArgumentException($"{nameof(LogDensityColumnName)} is empty: name the column.", nameof(LogDensityColumnName));
        Ranges.Integer(nameof(HiddenUnits), HiddenUnits, 1, MostHiddenUnits);
        Ranges.Integer(nameof(Blocks), Blocks, 0, MostBlocks);
        Ranges.Below(nameof(Dropout), Dropout, 0, 1);
        if (Epochs is { } epochs)
            Ranges.Integer(nameof(Epochs), epochs, 1);
        Ranges.Integer(nameof(BatchSize), BatchSize, 1, 1 << 20);
        Ranges.Above(nameof(LearningRate), LearningRate, 0, 1);
        Ranges.Between(nameof(ValidationFraction), ValidationFraction, 0, 1);
        if (Threads is { } threads)
            Ranges.Integer(nameof(Threads), threads, 1, FlowLimits.Threads);
        ArgumentNullException.ThrowIfNull(Columns);
        foreach (var (name, column) in Columns)
        {
            ArgumentNullException.ThrowIfNull(column, name);
            column.Validate(name);
        }
    }
}
