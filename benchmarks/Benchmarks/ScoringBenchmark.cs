using System.Diagnostics;
using System.Globalization;
using Benchmarks.Shared;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;
using Samples.Shared;

namespace Benchmarks;

/// <summary>
/// What scoring through the <see cref="IDataView"/> costs over calling the evaluator on the same rows in arrays: rounds
/// of both take turns, so that a slow moment of the machine hits both, and the median of the ratios counts. Ratios of
/// processor time stand beside those of the clock, which mean little on a machine that is busy with other work.
/// </summary>
internal static class ScoringBenchmark
{
    private const int Dimensions = 20;
    private const int TrainingRows = 2_000;

    public static void Run(string[] args)
    {
        var arguments = new Arguments(args, "rows", "rounds", "states", "batch");
        int rows = arguments.Integer("rows", 20_000), rounds = arguments.Integer("rounds", 9), states = arguments.Integer("states", 8);
        int batch = arguments.Integer("batch", 1024);

        var ml = new MLContext(seed: 1);
        float[][] table = Rows(rows);
        using Training flow = Training.Run(
            ml, "flow to score with", new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.Discrete(states) }, Training = { Epochs = 1 } }, table[..TrainingRows], null);
        using IFlowEvaluator evaluator = FlowEngines.CreateEvaluator(flow.Model.Model, ComputeDevice.Cpu);
        float[] flat = [.. table.SelectMany(row => row)];
        IDataView view = FeatureRow.View(ml, table, Dimensions);
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity, batch);

        double difference = Math.Abs(ThroughView() - ThroughArrays()); // also warms both up
        var clock = new List<double>();
        var processor = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            Cost throughView = Measure(ThroughView), throughArrays = Measure(ThroughArrays);
            clock.Add(throughView.Seconds / throughArrays.Seconds);
            processor.Add(throughView.ProcessorSeconds / throughArrays.ProcessorSeconds);
        }
        Console.WriteLine();
        Console.WriteLine("| rows | columns | states | time ratio, median (least to most) | processor time ratio | mean score differs by |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {rows} | {Dimensions} | {states} | {Spread(clock)} | {Spread(processor)} | {difference:E1} |"));

        double ThroughView()
        {
            double sum = 0;
            foreach (float value in flow.Model.Transform(view).GetColumn<float>("LogDensity"))
                sum += value;
            return sum / rows;
        }

        double ThroughArrays()
        {
            double sum = 0;
            for (int start = 0; start < rows; start += batch)
            {
                int count = Math.Min(batch, rows - start);
                evaluator.Score(flat.AsSpan(start * Dimensions, count * Dimensions), count, scores);
                for (int i = 0; i < count; i++)
                    sum += scores.LogDensity[i];
            }
            return sum / rows;
        }
    }

    private static Cost Measure(Func<double> work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        work();
        return new Cost(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static string Spread(List<double> ratios)
    {
        ratios.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{ratios[ratios.Count / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3})");
    }

    private static float[][] Rows(int count)
    {
        var random = new Random(1);
        var rows = new float[count][];
        for (int r = 0; r < count; r++)
        {
            double shift = random.Next(3);
            rows[r] = [.. Enumerable.Range(0, Dimensions).Select(_ => (float)(shift + random.NextDouble() + random.NextDouble()))];
        }
        return rows;
    }

    private readonly record struct Cost(double Seconds, double ProcessorSeconds);
}
