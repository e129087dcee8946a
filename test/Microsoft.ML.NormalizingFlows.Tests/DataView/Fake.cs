using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>Transformers over a <see cref="FakeEvaluator"/>.</summary>
internal static class Fake
{
    public const int Dimensions = 2;
    public const int States = 3;

    public static FlowArchitecture Architecture { get; } = new()
    {
        Dimensions = Dimensions, States = States, Layers = 1, HiddenUnits = 2, EncoderHiddenUnits = 2, Seed = 5,
    };

    public static TrainingReport Report { get; } = new()
    {
        TrainingRows = 90, ValidationRows = 10, Epochs = 7, BestEpoch = 5, Steps = 70, ValidationLogDensity = -1.25,
        MutualInformation = 0.5, StatesUsed = 3, Parameters = 12, Cancelled = true,
    };

    public static FlowColumns AllColumns { get; } = new()
    {
        Feature = "Features",
        SlotNames = ["Height", "Weight"],
        LogDensity = "LogDensity",
        LatentCluster = "LatentCluster",
        LatentClusterIndex = "LatentClusterIndex",
        LatentProbabilities = "LatentProbabilities",
        BaseVector = "BaseVector",
    };

    public static FlowModel Model { get; } = Of(Architecture);

    public static FlowModel Of(FlowArchitecture architecture)
    {
        var spec = architecture.ToSpec();
        return new(spec, FlowStart.Create(spec, architecture.Seed, new float[spec.Dimensions], [.. Enumerable.Repeat(1f, spec.Dimensions)]), Report);
    }

    public static NormalizingVariationalFlowTransformer Transformer(IHostEnvironment environment, out FakeEvaluator evaluator) =>
        Transformer(environment, AllColumns, out evaluator);

    public static NormalizingVariationalFlowTransformer Transformer(
        IHostEnvironment environment, FlowColumns columns, out FakeEvaluator evaluator)
    {
        var made = new FakeEvaluator(Model.Shape);
        evaluator = made;
        return new NormalizingVariationalFlowTransformer(environment, new FlowFile(columns, Model), ComputeDevice.Cpu, (_, _) => made);
    }
}
