using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;
using Samples.Shared.Terminal;

namespace Benchmarks;

/// <summary>A flow trained through the public estimator, and its scores through the public transformer.</summary>
internal sealed class Training : IDisposable
{
    private readonly MLContext _ml;

    private Training(MLContext ml, NormalizingVariationalFlowTransformer model, TimeSpan time)
    {
        _ml = ml;
        Model = model;
        Time = time;
    }

    public NormalizingVariationalFlowTransformer Model { get; }

    public TimeSpan Time { get; }

    public static Training Run(
        MLContext ml, string title, NormalizingVariationalFlowOptions options, IReadOnlyCollection<float[]> training, IReadOnlyCollection<float[]>? validation)
    {
        int dimensions = training.First().Length;
        var progress = new ProgressLine(title);
        options.Training.Progress = progress;
        var clock = Stopwatch.StartNew();
        var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(
            FeatureRow.View(ml, training, dimensions),
            validation is null ? null : FeatureRow.View(ml, validation, dimensions));
        progress.Done($"{model.Report.Epochs} epochs, {model.Report.Steps} steps, {clock.Elapsed.TotalSeconds:F0} s, best epoch {model.Report.BestEpoch}");
        return new Training(ml, model, clock.Elapsed);
    }

    /// <summary>log p(x) of each row in nats, in evaluation mode.</summary>
    public double[] LogDensities(IReadOnlyCollection<float[]> rows) =>
        [.. Model.Transform(FeatureRow.View(_ml, rows, Model.Dimensions)).GetColumn<float>("LogDensity").Select(value => (double)value)];

    public void Dispose() => Model.Dispose();
}
