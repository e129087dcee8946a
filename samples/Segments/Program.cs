using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;
using Segments;

if (args is ["--help"])
{
    Console.WriteLine("Segments [FIGURE.svg]   finds the segments of 2,400 generated customers and draws them; default segments.svg");
    return 0;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string figure = args.Length > 0 ? args[0] : "segments.svg";
List<Customer> customers = Shop.Draw(2_400, seed: 1);
var ml = new MLContext(seed: 1);
IDataView view = ml.Data.LoadFromEnumerable(customers);

// No number of segments is named: flows from three seeds must agree on it; where they do on several, held-out density decides.
var progress = new ProgressLine("training");
var options = new NormalizingVariationalFlowClusteringOptions { MaximumClusters = 8, Training = { Progress = progress } };
var pipeline = ml.Transforms.Concatenate("Features", "VisitsPerMonth", "Basket", "Discounted", "Years")
    .Append(ml.Clustering.Trainers.NormalizingVariationalFlow(options));
using var model = pipeline.Fit(view);
ClusteringReport report = model.LastTransformer.Report;
progress.Done($"{model.LastTransformer.NumberOfClusters} segments");

var tried = new TextTable("segments", "agreement", "held-out log-density", "");
foreach (ClusterCandidate candidate in report.Candidates!)
    tried.Add($"{candidate.Clusters}", $"{candidate.Agreement:F2}", $"{candidate.LogDensity:F3}", candidate.Clusters == model.LastTransformer.NumberOfClusters ? "chosen" : "");
Console.WriteLine("\nHow well three flows agree on a number of segments (1: the same segments)");
tried.Print();

IDataView scored = model.Transform(view);
int[] segments = [.. scored.GetColumn<uint>("PredictedLabel").Select(label => (int)label - 1)];
var table = new TextTable("segment", "share", "visits a month", "euro a visit", "discounted %", "years");
foreach (var segment in customers.Zip(segments).GroupBy(pair => pair.Second, pair => pair.First).OrderBy(group => group.Key))
{
    string Median(Func<Customer, float> value) => segment.Select(value).Order().ElementAt(segment.Count() / 2).ToString("F1");
    table.Add(
        $"{segment.Key + 1}", $"{100 * report.Shares[segment.Key]:F0} %",
        Median(customer => customer.VisitsPerMonth), Median(customer => customer.Basket), Median(customer => customer.Discounted), Median(customer => customer.Years));
}
Console.WriteLine("\nThe segments, by their medians");
table.Print();

ClusteringMetrics metrics = ml.Clustering.Evaluate(scored, labelColumnName: "Group");
Console.WriteLine($"\nNormalised mutual information with the groups that were drawn: {metrics.NormalizedMutualInformation:F3}");

using var engine = ml.Model.CreatePredictionEngine<Customer, Segmented>(model, new PredictionEngineOptions { OwnsTransformer = false });
Segmented one = engine.Predict(new Customer { VisitsPerMonth = 10, Basket = 13, Discounted = 9, Years = 4 });
Console.WriteLine($"A customer of four years who comes 10 times a month for 13 euro: segment {one.PredictedLabel}, with probability {one.Probabilities.Max():F3}");

ml.Model.Save(model, view.Schema, Path.ChangeExtension(figure, ".zip"));
SegmentFigure.Save(figure, customers, segments, model.LastTransformer.NumberOfClusters);
Console.WriteLine($"Picture: {Path.GetFullPath(figure)}; model: {Path.GetFullPath(Path.ChangeExtension(figure, ".zip"))}");
return 0;
