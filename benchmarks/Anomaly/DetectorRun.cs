using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace AnomalyBenchmark;

/// <summary>A detector trained with the defaults, but for the contamination, on the training rows of a split, without their labels, and judged on the test rows.</summary>
internal static class DetectorRun
{
    /// <returns>The area under the ROC curve.</returns>
    public static double Judge(LabelledTable table, Split split, int? threads, double? contamination, CancellationToken cancellation)
    {
        var (training, test) = split.Read(table.Rows.Count);
        var progress = new ProgressLine($"{split.Table} {split.Protocol} {split.Seed}");
        var clock = Stopwatch.StartNew();
        var ml = new MLContext(split.Seed);
        using NormalizingVariationalFlowAnomalyTransformer detector = ml.AnomalyDetection.Trainers
            .NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions { Contamination = contamination, Training = { Progress = progress, Cancellation = cancellation, Threads = threads } })
            .Fit(View(training));
        TimeSpan trained = clock.Elapsed;
        AnomalyDetectionMetrics metrics = ml.AnomalyDetection.Evaluate(detector.Transform(View(test)));
        progress.Done(string.Create(
            CultureInfo.InvariantCulture,
            $"AUROC {metrics.AreaUnderRocCurve:F4}, {training.Length} rows of {table.Rows[0].Features.Length}, training {trained.TotalSeconds:F1} s, test {(clock.Elapsed - trained).TotalSeconds:F1} s"));
        return metrics.AreaUnderRocCurve;

        IDataView View(int[] rows) => LabelledRow.View(ml, [.. rows.Select(row => table.Rows[row])]);
    }
}
