using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace IntervalsSample;

/// <summary>Three ways to a whole distribution of the dust of an hour.</summary>
internal static class Methods
{
    private const string Target = nameof(AirHour.LogDust), Known = nameof(AirHour.Known);

    /// <summary>A flow that is given what is known.</summary>
    public static NormalizingVariationalFlowTransformer Flow(MLContext ml, IDataView train, IDataView validation)
    {
        var progress = new ProgressLine("flow");
        var model = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            FeatureColumnName = Target,
            ContextColumnName = Known,
            QuantileColumnName = "Quantiles",
            Quantiles = Forecast.Levels,
            CumulativeColumnName = "Cumulative",
            Training = { Progress = progress, Seed = 1 },
        }).Fit(train, validation);
        progress.Done($"log-density of the held-out hours {model.Report.ValidationLogDensity:F3} nats");
        return model;
    }

    public static Forecast OfFlow(NormalizingVariationalFlowTransformer flow, IDataView test) => new(
        "flow given what is known",
        [.. flow.Transform(test).GetColumn<float[]>("Quantiles").Select(row => Array.ConvertAll(row, value => (double)value))]);

    /// <summary>Boosted trees for the mean, and around it one Normal for all hours, as wide as held-out hours are off.</summary>
    public static Forecast OneNormal(MLContext ml, IDataView train, IDataView validation, IDataView test)
    {
        var trees = ml.Regression.Trainers.FastTree(Target, Known, numberOfTrees: 300, learningRate: 0.1).Fit(train);
        double[] off = [.. trees.Transform(validation).GetColumn<float>("Score").Zip(validation.GetColumn<float>(Target), (mean, value) => (double)value - mean)];
        double shift = off.Average(), spread = Math.Sqrt(off.Average(value => Math.Pow(value - shift, 2)));
        double[] standard = [.. Forecast.Levels.Select(NormalQuantile)];
        return new("trees and one Normal", [.. trees.Transform(test).GetColumn<float>("Score").Select(mean => Array.ConvertAll(standard, q => mean + shift + spread * q))]);
    }

    /// <summary>
    /// Quantile regression forests (Meinshausen 2006): an hour's distribution is that of the training hours that share its leaves, each counting
    /// as much as it does in the forest's mean.
    /// </summary>
    public static Forecast Forest(MLContext ml, IDataView train, IDataView test)
    {
        const int trees = 100;
        var options = new Microsoft.ML.Trainers.FastTree.FastForestRegressionFeaturizationEstimator.Options
        {
            InputColumnName = Known, LeavesColumnName = "Leaves", TreesColumnName = null, PathsColumnName = null,
            TrainerOptions = new Microsoft.ML.Trainers.FastTree.FastForestRegressionTrainer.Options
            {
                LabelColumnName = Target, FeatureColumnName = Known, NumberOfTrees = trees, NumberOfLeaves = 500, MinimumExampleCountPerLeaf = 10, Seed = 1,
            },
        };
        var forest = ml.Transforms.FeaturizeByFastForestRegression(options).Fit(train);
        float[] values = [.. train.GetColumn<float>(Target)];
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var leaves = new Dictionary<int, List<int>>();
        int row = 0;
        foreach (var buffer in forest.Transform(train).GetColumn<VBuffer<float>>("Leaves"))
        {
            foreach (int leaf in Ones(buffer))
                (leaves.TryGetValue(leaf, out var rows) ? rows : leaves[leaf] = []).Add(row);
            row++;
        }
        var weights = new double[values.Length];
        var found = new List<double[]>();
        foreach (var buffer in forest.Transform(test).GetColumn<VBuffer<float>>("Leaves"))
        {
            Array.Clear(weights);
            double total = 0;
            foreach (int leaf in Ones(buffer).Where(leaves.ContainsKey))
            {
                foreach (int member in leaves[leaf])
                    weights[member] += 1.0 / leaves[leaf].Count;
                total++;
            }
            found.Add(Quantiles(values, order, weights, total));
        }
        return new("quantile forest", [.. found]);
    }

    private static IEnumerable<int> Ones(VBuffer<float> leaves) => leaves.Items().Where(item => item.Value > 0).Select(item => item.Key);

    private static double[] Quantiles(float[] values, int[] order, double[] weights, double total)
    {
        var quantiles = new double[Forecast.Levels.Length];
        double sum = 0;
        int next = 0;
        foreach (int i in order)
        {
            sum += weights[i];
            while (next < quantiles.Length && sum >= Forecast.Levels[next] * total)
                quantiles[next++] = values[i];
        }
        for (; next < quantiles.Length; next++)
            quantiles[next] = values[order[^1]];
        return quantiles;
    }

    // By bisection of the error function's series: a few numbers are needed, once.
    private static double NormalQuantile(double level)
    {
        double low = -10, high = 10;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2, sum = middle, term = middle;
            for (int odd = 3; odd < 400; odd += 2)
                sum += term *= middle * middle / odd;
            double below = 0.5 + Math.Exp(-0.5 * middle * middle) / Math.Sqrt(2 * Math.PI) * sum;
            (low, high) = below < level ? (middle, high) : (low, middle);
        }
        return low;
    }
}
