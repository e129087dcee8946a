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
    /// <param name="table">Where the rows are from.</param>
    /// <param name="split">Which of them.</param>
    /// <param name="threads">Null for as many as there are.</param>
    /// <param name="contamination">What is told; null for nothing.</param>
    /// <param name="flagged">Gets what is flagged at some rates; null for nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The area under the ROC curve.</returns>
    public static double Judge(LabelledTable table, Split split, int? threads, double? contamination, FlaggedShares? flagged, CancellationToken cancellation)
    {
        var (training, test) = split.Read(table.Rows.Count);
        var progress = new ProgressLine($"{split.Table} {split.Protocol} {split.Seed}");
        var clock = Stopwatch.StartNew();
        var ml = new MLContext(split.Seed);
        using NormalizingVariationalFlowAnomalyTransformer detector = ml.AnomalyDetection.Trainers
            .NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions { Contamination = contamination, Training = { Progress = progress, Cancellation = cancellation, Threads = threads } })
            .Fit(View(training));
        TimeSpan trained = clock.Elapsed;
        IDataView judged = detector.Transform(View(test));
        AnomalyDetectionMetrics metrics = ml.AnomalyDetection.Evaluate(judged);
        flagged?.Add(split, [.. judged.GetColumn<float>("PValue").Zip(test, (value, row) => (value, table.Rows[row].Label > 0))]);
        progress.Done(string.Create(
            CultureInfo.InvariantCulture,
            $"AUROC {metrics.AreaUnderRocCurve:F4}, {training.Length} rows of {table.Rows[0].Features.Length}, training {trained.TotalSeconds:F1} s, test {(clock.Elapsed - trained).TotalSeconds:F1} s"));
        return metrics.AreaUnderRocCurve;

        IDataView View(int[] rows) => LabelledRow.View(ml, [.. rows.Select(row => table.Rows[row])]);
    }
}
