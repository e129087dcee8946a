using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace FraudSample;

/// <summary>Trains a detector on payments without labels, judges others, and explains what it finds.</summary>
internal static class FraudHunt
{
    private const int Explained = 6;

    public static void Run(string figure)
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(new Payments(seed: 1).Draw(10_000, fraudShare: 0.01));
        Payment[] test = new Payments(seed: 2).Draw(10_000, fraudShare: 0.01);
        IDataView testView = ml.Data.LoadFromEnumerable(test);

        var progress = new ProgressLine("payments");
        var pipeline = ml.Transforms.Concatenate("Features", Payment.Columns)
            .Append(ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                FalsePositiveRate = 0.02,       // one payment in fifty is looked at: about one in a hundred is a fraud
                Contamination = 0.05,           // of the training payments, which hold frauds as well
                Score = AnomalyScore.NegativeLogLikelihood,     // the density alone: what a feature contributes is a ratio of densities
                Training = { Progress = progress },
            }));
        using TransformerChain<NormalizingVariationalFlowAnomalyTransformer> model = pipeline.Fit(train);
        NormalizingVariationalFlowAnomalyTransformer detector = model.LastTransformer;
        progress.Done(string.Create(
            CultureInfo.InvariantCulture,
            $"{detector.Flow.Report.TrainingRows} rows trained on, {detector.HeldOutRows} held out; scores above {detector.Threshold:F1} are anomalies"));

        IDataView scored = model.Transform(testView);
        JudgedPayment[] judged = [.. ml.Data.CreateEnumerable<JudgedPayment>(scored, reuseRowObject: false)];
        Print(ml.AnomalyDetection.Evaluate(scored, falsePositiveCount: 100), judged);

        // The threshold moves without training; explanations are computed for the rows that are looked at alone.
        var explaining = detector.WithFalsePositiveRate(0.002).WithFeatureContributions("FeatureContributions", "ExpectedFeatures");
        int[] found = [.. Enumerable.Range(0, judged.Length).Where(i => judged[i].PredictedLabel).OrderByDescending(i => judged[i].Score)];
        Payment[] some = [.. Enumerable.Range(0, Math.Min(Explained, found.Length)).Select(i => test[found[i * found.Length / Explained]])];
        IDataView features = ml.Transforms.Concatenate("Features", Payment.Columns).Fit(testView).Transform(ml.Data.LoadFromEnumerable(some));
        Explanation[] explanations = [.. ml.Data.CreateEnumerable<Explanation>(explaining.Transform(features), reuseRowObject: false)];
        Print(explanations);

        FraudFigure.Draw(judged, detector.Threshold, explanations).Save(figure);
        string zip = Path.ChangeExtension(figure, ".zip");
        ml.Model.Save(model, train.Schema, zip);
        Console.WriteLine();
        Console.WriteLine($"{figure} shows all scores and why some payments are odd; {zip} holds the detector.");
    }

    private static void Print(AnomalyDetectionMetrics metrics, JudgedPayment[] judged)
    {
        int frauds = judged.Count(row => row.Label > 0), usual = judged.Length - frauds;
        int found = judged.Count(row => row.Label > 0 && row.PredictedLabel), alarms = judged.Count(row => row.Label == 0 && row.PredictedLabel);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judged.Length} new payments, {frauds} of them frauds: {found} found; {alarms} false alarms among the other {usual} ({(double)alarms / usual:P1})."));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Area under the ROC curve {metrics.AreaUnderRocCurve:F3}; {metrics.DetectionRateAtFalsePositiveCount:P0} of the frauds stand before the 100th false alarm."));
        Console.WriteLine();
    }

    private static void Print(Explanation[] explanations)
    {
        var table = new TextTable("some that were found, from the oddest on", "score", "p-value", "fraud", "why, and what a usual value would save");
        foreach (Explanation row in explanations)
        {
            int[] order = [.. Enumerable.Range(0, Payment.Columns.Length).OrderByDescending(i => row.FeatureContributions[i]).Take(2)];
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{row.Features[0]:F0} euros at {row.Features[1]:F1} h"),
                row.Score.ToString("F1", CultureInfo.InvariantCulture),
                row.PValue.ToString("F4", CultureInfo.InvariantCulture),
                row.Label > 0 ? "yes" : "no",
                string.Join("; ", order.Select(i => Reason(row, i))));
        }
        table.Print();
    }

    /// <summary>A feature, its value, what would have fitted, and what it contributes.</summary>
    public static string Reason(Explanation row, int feature) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Payment.Columns[feature]} {row.Features[feature]:0.#}{Payment.Units[feature]}, usual {row.ExpectedFeatures[feature]:0.#}: {row.FeatureContributions[feature]:F0} nats");
}
