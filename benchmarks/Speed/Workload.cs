using Benchmarks.Shared;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Speed;

/// <summary>A flow of the size asked for, with normal rows to train on and to score.</summary>
internal sealed class Workload
{
    // Programs to compare with have no encoder: this flow has the smallest.
    private const int EncoderUnits = 1;

    public static string[] Options { get; } =
        ["kind", "features", "states", "layers", "hidden", "bins", "blocks", "batch", "threads", "steps", "rows", "engine"];

    public Workload(Arguments arguments)
    {
        Architecture = new FlowArchitecture
        {
            Dimensions = arguments.Integer("features", 43),
            States = arguments.Integer("states", 10),
            Layers = arguments.Integer("layers", 10),
            HiddenUnits = arguments.Integer("hidden", 32),
            Bins = arguments.Integer("bins", 4),
            Blocks = arguments.Integer("blocks", 1),
            EncoderHiddenUnits = EncoderUnits,
            Pattern = Kind(arguments.Text("kind") ?? "coupling"),
            Seed = 1,
        };
        Spec = Architecture.ToSpec();
        Batch = arguments.Integer("batch", 128);
        Steps = arguments.Integer("steps", 100);
        Rows = arguments.Integer("rows", 4_096);
        Device = ComputeDevice.Cpu with
        {
            Threads = arguments.Integer("threads", 1),
            Engine = Enum.TryParse(arguments.Text("engine") ?? nameof(ComputeEngine.Managed), ignoreCase: true, out ComputeEngine engine)
                ? engine
                : throw new ArgumentException($"There is no engine '{arguments.Text("engine")}'; known: managed, torchsharp."),
        };
        var shift = new float[Architecture.Dimensions];
        var scale = new float[Architecture.Dimensions];
        Array.Fill(scale, 1);
        Start = FlowStart.Create(Spec, Architecture.Seed, shift, scale);
        BatchRows = Normal(Batch, 1);
        ScoredRows = Normal(Rows, 2);
    }

    public FlowArchitecture Architecture { get; }

    public FlowSpec Spec { get; }

    public int Batch { get; }

    public int Steps { get; }

    public int Rows { get; }

    public ComputeDevice Device { get; }

    public IReadOnlyList<NamedArray> Start { get; }

    public float[] BatchRows { get; }

    public float[] ScoredRows { get; }

    public IFlowLearner CreateLearner()
    {
        float[] centers = Normal(Architecture.States, 3);
        int d = Architecture.Dimensions;
        float[][] byState = [.. Enumerable.Range(0, Architecture.States).Select(k => centers.AsSpan(k * d, d).ToArray())];
        return FlowEngines.CreateLearner(Spec, Start, new LearnerSettings(0, 5, byState, Device));
    }

    private float[] Normal(int rows, ulong seed)
    {
        var values = new float[rows * Architecture.Dimensions];
        new RandomStream(seed).FillNormal(values);
        return values;
    }

    private static FlowPattern Kind(string name) => name switch
    {
        "coupling" => FlowPattern.Coupling,
        "autoregressive" => FlowPattern.Autoregressive,
        _ => throw new ArgumentException($"There is no kind '{name}'; known: coupling, autoregressive."),
    };
}
