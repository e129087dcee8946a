using Benchmarks.Shared;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Pictures;

namespace ImageBenchmark;

/// <summary>
/// Windows of a series as images of one line: four motifs follow one another in a fixed order, each from any of them on. Odd windows have two motifs that are swapped, or one that never was. Flows without a latent and
/// with the sequential one are trained for as much processor time and tell them from usual windows.
/// </summary>
internal sealed class WindowStudy(Arguments arguments)
{
    private const int Motifs = 4, Length = 16, Train = 3_200, Usual = 800, Odd = 400;

    private readonly int _seed = arguments.Integer("seed", 1);

    public void Run()
    {
        var random = new Random(_seed);
        double[][] shapes = [.. Enumerable.Range(0, Motifs + 1).Select(_ => Shape(random))];
        PictureTable train = Table(Train, _ => Order(random)), usual = Table(Usual, _ => Order(random));
        PictureTable swapped = Table(Odd, _ => Swapped(Order(random), random)), unknown = Table(Odd, _ => Replaced(Order(random), random));
        var models = new (string Name, Action<ImageVariationalFlowOptions> Set)[]
        {
            ("polyphase", options => options.Flow = ImageFlow.Polyphase),
            ("raster", options => options.Flow = ImageFlow.Raster),
            ("mixture coupling", options => options.Flow = ImageFlow.MixtureCoupling),
        };
        double seconds = arguments.Number("seconds", 60);
        // What is compiled while it runs costs once.
        _ = Fit(train, models[0].Set, false, 1);
        foreach (var (name, set) in models)
        {
            foreach (bool hasWords in new[] { false, true })
            {
                var (first, cost) = Fit(train, set, hasWords, 1);
                first.Dispose();
                var (model, spent) = Fit(train, set, hasWords, Math.Max(1, (int)Math.Round(seconds / cost)));
                using (model)
                {
                    var columns = hasWords ? new[] { "LogDensity", "CodeBits" } : ["LogDensity"];
                    float[][] of = Columns(model, usual, columns), ofSwapped = Columns(model, swapped, columns), ofUnknown = Columns(model, unknown, columns);
                    Console.WriteLine(FormattableString.Invariant(
                        $"{name}{(hasWords ? " with words" : "")}: {spent:F0} s of processor time, {model.Report.Steps} steps, {-of[0].Average() / Math.Log(2) / (Motifs * Length):F3} bits a value"));
                    Tell("-log p(x)", of[0], ofSwapped[0], ofUnknown[0], -1);
                    if (!hasWords)
                        continue;
                    Tell("-log p(z)", of[1], ofSwapped[1], ofUnknown[1], 1);
                    Tell("-log p(x|z)", Rest(of), Rest(ofSwapped), Rest(ofUnknown), -1);
                }
            }
        }

        PictureTable Table(int count, Func<int, int[]> order) => new(1, 1, Motifs * Length, Enumerable.Range(0, count).Select(i => new PictureRow { Pixels = Window(shapes, order(i), random), Label = "" }).ToList());
    }

    private static void Tell(string score, float[] usual, float[] swapped, float[] unknown, int sign) => Console.WriteLine(FormattableString.Invariant(
        $"    by {score}: area under the curve of swapped motifs {Area(usual, swapped, sign):F3}, of an unknown one {Area(usual, unknown, sign):F3}"));

    // ln p(x) less that of the words.
    private static float[] Rest(float[][] columns) => [.. columns[0].Zip(columns[1], (log, bits) => log + bits * (float)Math.Log(2))];

    // The share of pairs in which the odd one is the higher, ties by half.
    private static double Area(float[] usual, float[] odd, int sign) =>
        odd.Sum(score => usual.Sum(other => sign * score > sign * other ? 1.0 : score == other ? 0.5 : 0)) / usual.Length / odd.Length;

    private (ImageVariationalFlowTransformer Model, double Seconds) Fit(PictureTable train, Action<ImageVariationalFlowOptions> set, bool hasWords, int epochs)
    {
        var ml = new MLContext(seed: _seed);
        var options = new ImageVariationalFlowOptions { HiddenChannels = arguments.Integer("channels", 32), Training = { Epochs = epochs, ValidationFraction = 0.02, Seed = _seed } };
        set(options);
        if (hasWords)
            (options.Latent, options.CodeBitsColumnName, options.PriorLayers, options.PriorWidth) = (ImageLatent.Sequential, "CodeBits", 2, 64);
        TimeSpan start = Environment.CpuUsage.TotalTime;
        var model = ml.Transforms.ImageVariationalFlow(options).Fit(train.ToView(ml));
        return (model, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
    }

    private static float[][] Columns(ImageVariationalFlowTransformer model, PictureTable table, string[] columns)
    {
        var ml = new MLContext();
        IDataView scored = ml.Data.Cache(model.Transform(table.ToView(ml)));
        return [.. columns.Select(column => scored.GetColumn<float>(column).ToArray())];
    }

    private static int[] Order(Random random)
    {
        int first = random.Next(Motifs);
        return [.. Enumerable.Range(0, Motifs).Select(i => (first + i) % Motifs)];
    }

    private static int[] Swapped(int[] order, Random random)
    {
        int one = random.Next(Motifs), other = (one + 1 + random.Next(Motifs - 1)) % Motifs;
        (order[one], order[other]) = (order[other], order[one]);
        return order;
    }

    private static int[] Replaced(int[] order, Random random)
    {
        order[random.Next(Motifs)] = Motifs;
        return order;
    }

    // A smooth curve that begins and ends at 0, so that where motifs meet says nothing of which they are.
    private static double[] Shape(Random random)
    {
        double[] heights = [.. Enumerable.Range(1, 3).Select(_ => 2 * random.NextDouble() - 1)];
        double[] curve = [.. Enumerable.Range(0, Length).Select(i => heights.Select((height, wave) => height * Math.Sin(Math.PI * (wave + 1) * i / Length)).Sum())];
        double largest = curve.Max(Math.Abs);
        return [.. curve.Select(value => value / largest)];
    }

    private static byte[] Window(double[][] shapes, int[] order, Random random) => [.. order.SelectMany(motif => shapes[motif].Select(value =>
    {
        double noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (byte)Math.Clamp(Math.Round(128 + 80 * value + 10 * noise), 0, 255);
    }))];
}
