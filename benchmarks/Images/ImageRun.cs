using System.Diagnostics;
using Benchmarks.Shared;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Pictures;

namespace ImageBenchmark;

/// <summary>One training and what it came to.</summary>
internal sealed class ImageRun(Arguments arguments)
{
    private const int Drawn = 64;

    public void Run(PictureTable train, PictureTable test)
    {
        var ml = new MLContext(seed: arguments.Integer("seed", 1)) { GpuDeviceId = arguments.Text("gpu") is null ? null : arguments.Integer("gpu", 0), FallbackToCpu = false };
        TimeSpan start = Environment.CpuUsage.TotalTime;
        long clock = Stopwatch.GetTimestamp();
        ITransformer chain = arguments.Text("load") is { } file ? ml.Model.Load(file, out _) : Train(ml, train);
        var model = chain as ImageVariationalFlowTransformer ?? ((IEnumerable<ITransformer>)chain).OfType<ImageVariationalFlowTransformer>().Single();
        if (arguments.Text("load") is not null && arguments.Text("noises") is not null)
            chain = model = model.WithNoiseSamples(arguments.Integer("noises", 1));
        TimeSpan trained = Environment.CpuUsage.TotalTime - start, took = Stopwatch.GetElapsedTime(clock);
        if (arguments.Text("save") is { } path)
            ml.Model.Save(chain, train.ToView(ml).Schema, path);

        IDataView scored = ml.Data.Cache(chain.Transform(test.ToView(ml)));
        double[] bits = [.. scored.GetColumn<float>("BitsPerDimension").Select(value => (double)value)];
        double mean = bits.Average(), error = Math.Sqrt(bits.Sum(value => (value - mean) * (value - mean)) / (bits.Length - 1.0) / bits.Length);
        TrainingReport report = model.Report;
        Console.WriteLine($"learned values {report.Parameters:N0}, steps {report.Steps:N0}, best epoch {report.BestEpoch} of {report.Epochs}, {report.TrainingRows:N0} training images");
        Console.WriteLine($"processor time {trained.TotalMinutes:F1} min, wall clock {took.TotalMinutes:F1} min");
        Console.WriteLine($"test images {bits.Length:N0}: {mean:F4} +- {2 * error:F4} bits a dimension, {mean * model.Channels * model.Height * model.Width:F1} bits an image; held out {-report.ValidationLogDensity / Math.Log(2) / (model.Channels * model.Height * model.Width):F4}");

        if (scored.Schema.GetColumnOrNull("CodeBits") is not null)
        {
            uint[] codes = [.. scored.GetColumn<uint[]>("LatentCodes").SelectMany(words => words)];
            double perplexity = Math.Exp(-codes.CountBy(code => code).Sum(pair => pair.Value / (double)codes.Length * Math.Log(pair.Value / (double)codes.Length)));
            Console.WriteLine($"of these the words {scored.GetColumn<float>("CodeBits").Average():F1} bits an image; perplexity {perplexity:F2}, {codes.Distinct().Count()} used");
        }
        if (arguments.Text("against") is { } folder)
            Compare(ml, chain, scored, PictureTable.FromIdx(folder, "t10k").Take(arguments.Integer("test", int.MaxValue)));
        start = Environment.CpuUsage.TotalTime;
        clock = Stopwatch.GetTimestamp();
        IDataView drawn = arguments.Text("label") is null ? model.Sample(Drawn, seed: 1) : model.Sample(chain.Transform(test.Take(Drawn).ToView(ml)), seed: 1);
        int count = drawn.GetColumn<byte[]>("Pixels").Count();
        Console.WriteLine($"{count} new images: {Stopwatch.GetElapsedTime(clock).TotalSeconds:F1} s, processor time {(Environment.CpuUsage.TotalTime - start).TotalSeconds:F1} s");
        if (arguments.Text("drawn") is null)
            return;
        int many = arguments.Integer("drawn", 0);
        IDataView set = arguments.Text("label") is null ? model.Sample(many, seed: 2) : model.Sample(chain.Transform(test.Take(many).ToView(ml)), seed: 2);
        foreach (var (what, distance) in ClassifierDistance.Rows(train, test, [.. set.GetColumn<byte[]>("Pixels")], arguments.Integer("classifier", 1_500), arguments.Integer("seed", 1)))
            Console.WriteLine($"Frechet classifier distance of {what}: {distance:F3}");
    }

    // How well bits alone, and those beyond the background's, tell images of another kind from these: the share of pairs in which the other is the odder one.
    private static void Compare(MLContext ml, ITransformer chain, IDataView own, PictureTable others)
    {
        IDataView scored = ml.Data.Cache(chain.Transform(others.ToView(ml)));
        foreach (string column in new[] { "BitsPerDimension", "Score" })
        {
            float[] usual = [.. own.GetColumn<float>(column).Order()];
            double pairs = scored.GetColumn<float>(column).Sum(score =>
            {
                int below = Array.BinarySearch(usual, score);
                return (double)(below < 0 ? ~below : below);
            });
            Console.WriteLine($"{others.Rows.Count:N0} images of the other kind: area under the curve by {column} {pairs / usual.Length / others.Rows.Count:F4}, mean {scored.GetColumn<float>(column).Average():F3} against {usual.Average():F3}");
        }
    }

    private ITransformer Train(MLContext ml, PictureTable train)
    {
        int? steps = arguments.Text("steps") is null ? null : arguments.Integer("steps", 0);
        var options = new ImageVariationalFlowOptions
        {
            Flow = Enum.Parse<ImageFlow>(arguments.Text("flow") ?? nameof(ImageFlow.Polyphase), ignoreCase: true),
            ContextColumnName = arguments.Text("label") is null ? null : "Key",
            Latent = Enum.Parse<ImageLatent>(arguments.Text("latent") ?? nameof(ImageLatent.None), ignoreCase: true),
            HiddenChannels = arguments.Integer("channels", 48),
            Blocks = arguments.Integer("blocks", 3),
            StepsPerScale = arguments.Integer("couplings", 6),
            LearnsNoise = Is("noise", "learned"),
            NoiseSamples = arguments.Integer("noises", 1),
            Attention = Is("attention", "yes"),
            MaximumPooling = Is("pooling", "maximum"),
            AbsoluteValues = Is("absolute", "yes"),
            AutoregressivePrior = Is("prior", "autoregressive"),
        };
        options.Training.BatchSize = arguments.Integer("batch", 32);
        options.Training.LearningRate = arguments.Number("rate", 2e-3);
        options.Training.ValidationFraction = 0.02;
        options.Training.Epochs = steps is { } some ? Math.Max(1, some * options.Training.BatchSize / train.Rows.Count) : null;
        options.Training.TrainingTime = steps is null ? TimeSpan.FromMinutes(arguments.Number("minutes", 30)) : null;
        options.Training.Schedule = Enum.Parse<LearningRateSchedule>(arguments.Text("schedule") ?? nameof(LearningRateSchedule.Cosine), ignoreCase: true);
        options.Training.WeightAveraging = arguments.Number("average", 0);
        options.Training.CheckpointFolder = arguments.Text("checkpoints");
        options.Training.Progress = new Lines();
        if (options.Latent == ImageLatent.Sequential)
            (options.CodeBitsColumnName, options.LatentCodesColumnName, options.PriorLayers) = ("CodeBits", "LatentCodes", arguments.Integer("layers", options.PriorLayers));
        (options.TopCodes, options.BoundSamples) = (arguments.Integer("top", 1), arguments.Integer("draws", options.BoundSamples));
        (options.LatentStates, options.LatentDimensions) = (arguments.Integer("states", options.LatentStates), arguments.Integer("numbers", options.LatentDimensions));
        options.AnomalyScoreColumnName = arguments.Text("against") is null ? null : "Score";
        IDataView view = train.ToView(ml);
        return options.ContextColumnName is null
            ? ml.Transforms.ImageVariationalFlow(options).Fit(view)
            : ml.Transforms.Conversion.MapValueToKey("Key", "Label").Append(ml.Transforms.ImageVariationalFlow(options)).Fit(view);
    }

    private bool Is(string option, string value) =>
        arguments.Text(option) is { } text && (text == value ? true : throw new ArgumentException($"--{option} is {text}, but only '{value}' is known."));

    private sealed class Lines : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Console.WriteLine(
            $"{value.Elapsed.TotalMinutes:F2} min, processor {Environment.CpuUsage.TotalTime.TotalMinutes:F2} min, epoch {value.Epoch}: training {value.TrainingLoss:F1}, held out {value.ValidationLoss:F1} nats an image, best {value.BestValidationLoss:F1}");
    }
}
