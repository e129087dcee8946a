using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Processes;

/// <summary>A service that scores, samples and trains on the CPU loads neither TorchSharp nor LibTorch.</summary>
public class WithoutLibTorchTests(SmallFlow small) : IClassFixture<SmallFlow>
{
    /// <summary>The task of the second process: does all that such a service does; prints what it did, and what it loaded of Torch.</summary>
    internal static void UseAFlow(string[] arguments)
    {
        var ml = new MLContext(seed: 1);
        var model = ml.Model.Load(arguments[0], out _);
        var rows = FeatureRow.Read(arguments[1]);
        var view = ml.Data.LoadFromEnumerable(rows);
        Console.WriteLine($"scored {model.Transform(view).GetColumn<float>("LogDensity").Count(float.IsFinite)}");
        using var engine = ml.Model.CreatePredictionEngine<FeatureRow, ScoredRow>(model);
        Console.WriteLine($"predicted {engine.Predict(rows[0]).LatentProbabilities.Length}");
        var flow = ((IEnumerable<ITransformer>)model).OfType<NormalizingVariationalFlowTransformer>().Single();
        Console.WriteLine($"sampled {flow.Sample(500, seed: 3).GetColumn<float[]>("Both").Count()}");
        var options = SmallFlow.Options;
        (options.FeatureColumnName, options.Training.Epochs, options.Training.Engine) = ("Features", 2, Enum.Parse<ComputeEngine>(arguments[2]));
        using var trained = ml.Transforms.NormalizingVariationalFlow(options).Fit(view);
        Console.WriteLine($"trained {trained.Report.Epochs}");
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => IsTorch(assembly.GetName().Name)))
            Console.WriteLine(assembly.Location);
        using var process = Process.GetCurrentProcess();
        foreach (var module in process.Modules.Cast<ProcessModule>().Where(module => IsTorch(module.ModuleName)))
            Console.WriteLine(module.FileName);
    }

    [Fact]
    public void Nothing_loads_it_unless_it_is_asked_for()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string model = Path.Combine(folder, "model.zip"), rows = Path.Combine(folder, "rows");
            small.Ml.Model.Save(small.Chain, small.Train.Schema, model);
            FeatureRow.Write(rows, small.TestRows);
            string[] Lines(ComputeEngine engine) => ChildProcess.Run(UseAFlow, model, rows, engine.ToString())
                .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
            string[] work = ["scored 300", "predicted 4", "sampled 500", "trained 2"];
            Assert.Equal(work, Lines(ComputeEngine.Automatic));
            string[] loaded = Lines(ComputeEngine.TorchSharp)[work.Length..];
            Assert.Contains(loaded, path => path.EndsWith("TorchSharp.dll", StringComparison.Ordinal));
            Assert.Contains(loaded, path => Path.GetFileName(path).Contains("torch_cpu", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // TorchSharp, LibTorchSharp, libtorch_cpu.so, the engine on them; these tests carry the name too.
    private static bool IsTorch(string? name) =>
        name is not null && name.Contains("torch", StringComparison.OrdinalIgnoreCase) && !name.Contains("TorchSharp.Tests", StringComparison.Ordinal);
}
