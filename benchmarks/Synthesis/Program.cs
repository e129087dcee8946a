using System.Diagnostics;
using Benchmarks;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.Runtime;
using SynthesisBenchmark;

Arguments given;
try
{
    given = new Arguments(args, "train", "out", "rows", "seed", "epochs", "hidden", "dropout", "learning-rate", "threads", "separator", "missing");
    if (given.Text("train") is null)
        throw new ArgumentException("Name the table to learn: --train FILE.csv.");
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
char separator = (given.Text("separator") ?? ",")[0];
string missing = given.Text("missing") ?? "NA";
var table = CsvTable.Read(given.Text("train")!, separator, missing);
var ml = new MLContext(given.Integer("seed", 1));
ml.Log += (_, e) =>
{
    if (e.Kind == ChannelMessageKind.Info)
        Console.Error.WriteLine(e.RawMessage);
};
var options = new SynthesizerOptions();
options.HiddenUnits = given.Integer("hidden", options.HiddenUnits);
options.Dropout = given.Number("dropout", options.Dropout);
options.LearningRate = given.Number("learning-rate", options.LearningRate);
options.Epochs = given.Integer("epochs", 0) is > 0 and var epochs ? epochs : null;
options.Threads = given.Integer("threads", 0) is > 0 and var threads ? threads : null;
var watch = Stopwatch.StartNew();
var synthesizer = ml.Data.Synthesizer(options).Fit(table);
double training = watch.Elapsed.TotalSeconds;
int rows = given.Integer("rows", (int)table.Rows.Count);
string path = given.Text("out") ?? "synthetic.csv";
watch.Restart();
CsvTable.Write(path, synthesizer.Sample(rows, seed: 1), separator, missing);
Console.WriteLine($"train_s={training:F1} sample_rows_per_s={rows / watch.Elapsed.TotalSeconds:F0} rows={rows} out={path}");
return 0;
