using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>How a synthesizer learns a table.</summary>
/// <example><code>var synthesizer = ml.Data.Synthesizer(new SynthesizerOptions { Training = { Epochs = 20, Seed = 1 } });</code></example>
public sealed class SynthesizerOptions
{
    internal const int MaximumHiddenUnits = 4_096;
    internal const int MaximumBlocks = 16;

    /// <summary>Name of the column that <see cref="RowScoringTransformer.Transform"/> adds, the log-density of a row; "LogDensity" by default.</summary>
    public string LogDensityColumnName { get; set; } = "LogDensity";

    /// <summary>Hidden units of the network, from 1 to 4,096. Default 256.</summary>
    [Range(1, MaximumHiddenUnits)]
    public int HiddenUnits { get; set; } = 256;

    /// <summary>Residual blocks of the network, from 0 to 16. Default 1.</summary>
    [Range(0, MaximumBlocks)]
    public int Blocks { get; set; } = 1;

    /// <summary>What cannot be told from the table about columns, by name: what values mean, and rules that hold in every row. Default: nothing.</summary>
    public IDictionary<string, SynthesizerColumnOptions> Columns { get; set; } = new Dictionary<string, SynthesizerColumnOptions>();

    /// <summary>
    /// Sets of columns whose values are drawn together only as some training row has them, such as <c>["city", "country"]</c>: rows that would have
    /// others are drawn anew. Missing values count as values. The log-density is that before the rule, and so a lower bound. Default: none.
    /// </summary>
    public IList<IReadOnlyCollection<string>> Combinations { get; set; } = [];

    /// <summary>
    /// The training of the network, on the CPU. It averages no weights, keeps all rows in memory and writes no checkpoints.
    /// </summary>
    public TrainingOptions Training { get; set; } = new() { LearningRate = 2e-3, Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0, Dropout = 0.3 };

    internal SynthesizerOptions Copy()
    {
        var copy = (SynthesizerOptions)MemberwiseClone();
        copy.Training = Training.Copy();
        copy.Combinations = [.. Combinations.Select(names => (string[])[.. names])];
        copy.Columns = Columns.ToDictionary(pair => pair.Key, pair => pair.Value.Copy());
        return copy;
    }

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(LogDensityColumnName))
            throw new ArgumentException($"{nameof(LogDensityColumnName)} is empty: name the column.", nameof(LogDensityColumnName));
        OptionsValidator.Check(this);
        if (Training.CheckpointFolder is not null)
            throw NotThere(nameof(Training.CheckpointFolder), "writes no checkpoints");
        if (Training.NonFiniteRows == NonFiniteRows.Drop)
            throw NotThere(nameof(Training.NonFiniteRows), "learns missing values and drops no rows");
        if (Training.GpuDeviceId is not null)
            throw NotThere(nameof(Training.GpuDeviceId), "computes on the CPU");
        if (Training.Engine == ComputeEngine.TorchSharp)
            throw NotThere(nameof(Training.Engine), "computes with managed code");
        ArgumentNullException.ThrowIfNull(Columns);
        if (Combinations is null || Combinations.Any(names => names is null || names.Distinct().Count() < 2))
            throw new ArgumentException($"{nameof(Combinations)} is null, or has a set of fewer than two columns: name the columns whose values go together.", nameof(Combinations));
        foreach (var (name, column) in Columns)
        {
            ArgumentNullException.ThrowIfNull(column, name);
            column.Validate(name);
        }
    }

    private static ArgumentException NotThere(string option, string why) =>
        new($"Training.{option} is set, but a synthesizer {why}: leave it at its default.", $"Training.{option}");
}
