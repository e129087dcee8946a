using System.Globalization;
using Microsoft.ML.NormalizingFlows;

namespace Samples.Shared.Terminal;

/// <summary>Shows the progress of one training. Reports arrive on the training threads, one after another.</summary>
public sealed class ProgressLine(string title) : IProgress<TrainingProgress>, IProgress<SynthesizerProgress>
{
    private readonly StatusLine _line = new();

    public void Report(TrainingProgress value) => _line.Show(
        title,
        (double)value.Epoch / Math.Max(1, value.Epochs),
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(value.Flows > 1 ? $"flow {value.Flow} of {value.Flows}, " : "")}epoch {value.Epoch} of {value.Epochs}, loss {value.TrainingLoss:F3}, held-out log-density {-value.ValidationLoss:F3}, best {-value.BestValidationLoss:F3}, "
            + $"{value.Elapsed.TotalSeconds:F0} s, about {value.Remaining.TotalSeconds:F0} s more"));

    public void Report(SynthesizerProgress value) => _line.Show(
        title, value.Done, string.Create(CultureInfo.InvariantCulture, $"{value.Elapsed.TotalSeconds:F0} s, about {value.Remaining.TotalSeconds:F0} s more"));

    /// <summary>Replaces the updating line by a last one.</summary>
    public void Done(string message) => _line.Done($"{title}  {message}");
}
