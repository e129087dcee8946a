using System.Diagnostics;
using Benchmarks.Shared;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;

// What a group of processes costs: milliseconds of adding up gradients of several lengths, and of a training step, judging left in; of
// an ensemble of --members, which are shared out, the seconds of the whole training. Start it by mpirun with 1, 2, 4 processes; each computes on --threads threads. See docs/scale.md.
var arguments = new Arguments(args, "features", "layers", "hidden", "batch", "steps", "threads", "members");
MpiGroup.Run(group =>
{
    const int Rounds = 30;
    foreach (int length in new[] { 3_000, 30_000, 300_000, 3_000_000 })
    {
        var values = new float[length];
        var times = new List<double>();
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            group.Sum(values);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Tell(group, FormattableString.Invariant($"processes={group.Size} values={length} sum_ms={Median(times):F3}"));
    }

    int members = arguments.Integer("members", 1);
    int features = arguments.Integer("features", 8), batch = arguments.Integer("batch", 4_096), steps = arguments.Integer("steps", 20);
    var random = new Random(1);
    float[][] rows = [.. Enumerable.Range(0, batch * steps).Select(_ => Enumerable.Range(0, features).Select(_ => (float)(random.NextDouble() + random.NextDouble())).ToArray())];
    var elapsed = new List<double>();
    var ml = new MLContext(seed: 1);
    var options = new NormalizingVariationalFlowOptions
    {
        Flow = { Latent = FlowLatent.None, Layers = arguments.Integer("layers", 6), HiddenUnits = arguments.Integer("hidden", 64), EnsembleSize = members },
        Training =
        {
            // The first pass is slower: code is still compiled.
            Epochs = 4, Patience = 4, BatchSize = batch, ValidationFraction = 0.01, Threads = arguments.Integer("threads", 1), Group = group,
            Progress = new Reports(report => elapsed.Add(report.Elapsed.TotalMilliseconds)),
        },
    };
    long begin = Stopwatch.GetTimestamp();
    using var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(ml.Data.LoadFromArray(rows));
    double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
    if (members > 1)
    {
        Tell(group, FormattableString.Invariant($"processes={group.Size} members={members} batch={batch} parameters={model.Report.Parameters} fit_s={seconds:F1}"));
        return;
    }
    double step = Median([.. elapsed.Skip(1).Zip(elapsed, (later, earlier) => (later - earlier) / steps)]);
    Tell(group, FormattableString.Invariant($"processes={group.Size} batch={batch} parameters={model.Report.Parameters} step_ms={step:F2}"));
});

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static void Tell(TrainingGroup group, string line)
{
    if (group.Rank == 0)
        Console.WriteLine(line);
}

internal sealed class Reports(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => tell(value);
}
