using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Tests.Onnx;

/// <summary>What ConvertToOnnx writes of a flow, computed by ONNX Runtime, beside the managed engine.</summary>
public class DensityOnnxTests
{
    private const int Rows = 40;

    private static readonly MLContext s_ml = new(seed: 1);

    public static TheoryData<string> Cases => [.. CompiledCases.Names.Where(name => CompiledCases.Architecture(name).LatentDimensions == 0)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_are_those_of_the_engine(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        var model = new FlowModel([Member(architecture, seed: 3)], CompiledCases.NoReport);
        Check(model, ["LogDensity", "LatentProbabilities", "BaseVector", .. architecture.Dimensions == 1 ? new[] { "Cumulative" } : []]);
    }

    [Fact]
    public void An_ensemble_is_the_mean_of_its_flows()
    {
        FlowArchitecture[] members = [CompiledCases.Architecture("coupling spline"), CompiledCases.Architecture("plain coupling") with { Dimensions = 5 }, CompiledCases.Architecture("mixture base")];
        Check(new FlowModel([.. members.Select((architecture, i) => Member(architecture, seed: (ulong)i))], CompiledCases.NoReport), ["LogDensity", "LatentProbabilities", "BaseVector"]);
        Check(new FlowModel([.. new ulong[] { 1, 2 }.Select(seed => Member(CompiledCases.Architecture("one feature"), seed))], CompiledCases.NoReport), ["LogDensity", "Cumulative"]);
    }

    private static void Check(FlowModel model, string[] outputs)
    {
        using var transformer = Transformer(model);
        int width = model.Shape.Width, d = model.Shape.Dimensions;
        float[] rows = Numbers.Table(Rows, width);
        float[][] each = [.. rows.Chunk(width).Select(row => row[..d])], given = [.. rows.Chunk(width).Select(row => row[d..])];
        // A row from far out, and one that lacks a value.
        each[1][0] = 1e12f;
        each[2][d - 1] = float.NaN;
        var table = Table(each, given);
        using var onnx = new OnnxModel(s_ml, transformer, table);
        (string, Array)[] inputs = [("Features", each.SelectMany(row => row).ToArray()), .. model.Shape.Context > 0 ? new (string, Array)[] { ("Context", given.SelectMany(row => row).ToArray()) } : []];
        var scored = transformer.Transform(table);
        var results = onnx.Run(Rows, inputs);
        foreach (string output in outputs)
            results.AssertNear(scored, output);
        results.AssertNear(scored, "PruningBound", 1e-12);
        Assert.Equal(scored.GetColumn<uint>("LatentCluster"), results.Of<uint>("LatentCluster"));
        Assert.Equal(scored.GetColumn<int>("LatentClusterIndex"), results.Of<int>("LatentClusterIndex"));
    }

    private static IDataView Table(float[][] features, float[][] given)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        definition["Context"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Math.Max(1, given[0].Length));
        if (given[0].Length == 0)
            definition.Remove(definition["Context"]);
        return s_ml.Data.LoadFromEnumerable(features.Zip(given).Select(pair => new Row { Features = pair.First, Context = pair.Second }), definition);
    }

    private static NormalizingVariationalFlowTransformer Transformer(FlowModel model) => new(
        (IHostEnvironment)s_ml,
        new FlowFile(
            new FlowColumns
            {
                Feature = "Features", LogDensity = "LogDensity", LatentCluster = "LatentCluster", LatentClusterIndex = "LatentClusterIndex",
                LatentProbabilities = "LatentProbabilities", BaseVector = "BaseVector", Cumulative = model.Shape.Dimensions == 1 ? "Cumulative" : null,
                PruningBound = "PruningBound",
                Context = model.Shape.Context == 0 ? null : new ContextColumn { Name = "Context", Size = model.Shape.Context },
            },
            model),
        evaluators: (flow, _) => flow.Members.Count == 1 ? Evaluator(flow.Members[0]) : new EnsembleEvaluator([.. flow.Members.Select(Evaluator)]));

    private static IFlowEvaluator Evaluator(FlowMember member) => new ManagedEngine().CreateEvaluator(member, new ComputeDevice(null, true) { Threads = 1 });

    /// <summary>A flow that is no identity: all it has learned is shaken.</summary>
    private static FlowMember Member(FlowArchitecture architecture, ulong seed)
    {
        var spec = architecture.ToSpec();
        var random = new RandomStream(seed);
        float[] shift = Numbers.Normal(spec.RowWidth, 1, seed), scale = [.. Numbers.Normal(spec.RowWidth, 0.3, seed + 1).Select(MathF.Exp)];
        var arrays = FlowStart.Create(spec, seed, shift, scale);
        foreach (var array in arrays.Where(array => array.Name is not (ParameterNames.Shift or ParameterNames.Scale)))
        {
            // The diagonal of a whitening stays above 0.
            bool rises = array.Name == ParameterNames.StateWhitening;
            foreach (ref float value in array.Values.AsSpan())
                value += (float)(0.2 * (rises ? Math.Abs(random.NextNormal()) : random.NextNormal()));
        }
        return new FlowMember(spec, arrays);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float[] Context { get; set; } = [];
    }
}
