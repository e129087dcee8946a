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

    /// <summary>The inverse of an autoregressive layer is written feature by feature.</summary>
    private const int MaximumFeaturesOfDraws = 7;

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

    [Fact]
    public void Flows_of_unequal_weight_and_a_mixture_of_Gaussians_beside_them_have_their_shares()
    {
        var flow = CompiledCases.Architecture("plain coupling") with { Dimensions = 5 };
        var mixture = (flow with { States = 3, MixtureLatent = true }).ToSpec() with { Layers = [new PermutationSpec([0, 1, 2, 3, 4]), new LinearSpec()], Base = new NormalBaseSpec() };
        FlowMember[] members = [Member(flow, seed: 1), Member(flow, seed: 2) with { Weight = 0.2 }, Member(mixture, seed: 3) with { Weight = 5 }];
        Assert.True(members[^1].IsMixture);
        Check(new FlowModel(members, CompiledCases.NoReport), ["LogDensity", "BaseVector"]);
        Check(
            new FlowModel([.. new ulong[] { 1, 2 }.Select(seed => Member(CompiledCases.Architecture("one feature"), seed) with { Weight = seed })], CompiledCases.NoReport),
            ["LogDensity", "Cumulative"]);
    }

    [Theory]
    [InlineData("plain coupling")]
    [InlineData("mixture base")]
    [InlineData("Gaussian states")]
    public void Rows_of_noise_are_those_that_the_flow_carries_to_it(string name)
    {
        var model = new FlowModel([Member(CompiledCases.Architecture(name), seed: 3)], CompiledCases.NoReport);
        using var transformer = Transformer(model);
        int d = model.Shape.Dimensions;
        float[][] noise = [.. Numbers.Table(400, d + 1, seed: 4).Chunk(d + 1)];
        for (int i = 0; i < noise.Length; i++)
            noise[i][0] = (i + 0.5f) / noise.Length;
        using var generator = (RowScoringTransformer)transformer.FromNoise();
        var rows = generator.Transform(Table(noise, [.. noise.Select(_ => Array.Empty<float>())], "Noise"));
        if (name == "plain coupling")
        {
            float[] points = [.. transformer.Transform(rows).GetColumn<float[]>("BaseVector").SelectMany(row => row)];
            Near.Assert([.. noise.SelectMany(row => row[1..])], points, 1e-3, "point");
            return;
        }
        // The same density as of rows that the flow draws itself.
        double drawn = Mean(transformer.Sample(4_000, seed: 1)), made = Mean(rows);
        Assert.InRange(made, drawn - 0.35, drawn + 0.35);

        double Mean(IDataView view) => transformer.Transform(view).GetColumn<float>("LogDensity").Average(value => (double)value);
    }

    [Fact]
    public void Noise_of_another_size_and_a_disposed_model_are_refused()
    {
        using var transformer = Transformer(new FlowModel([Member(CompiledCases.Architecture("coupling affine"), seed: 3)], CompiledCases.NoReport));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => transformer.FromNoise().Transform(Table([new float[6]], [[]], "Noise")));
        Assert.Contains("must be a vector of 7 values of Single", error.Message, StringComparison.Ordinal);
        var generator = transformer.FromNoise();
        transformer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => generator.Transform(Table([new float[7]], [[]], "Noise")));
        Assert.Throws<ObjectDisposedException>(() => transformer.FromNoise());
        var continuous = new FlowModel([Member(CompiledCases.Architecture("continuous latent"), seed: 3)], CompiledCases.NoReport);
        Assert.Throws<NotSupportedException>(() => Transformer(continuous).FromNoise());
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
        if (d <= MaximumFeaturesOfDraws && model.Members.All(member => member.Spec.Layers.OfType<MapLayerSpec>().All(layer => layer.Map is not (MixtureMapSpec or SumOfSquaresMapSpec))))
            CheckRows(model, transformer, given);
    }

    // Rows made of the same noise, under all states and flows.
    private static void CheckRows(FlowModel model, NormalizingVariationalFlowTransformer transformer, float[][] given)
    {
        int d = model.Shape.Dimensions;
        float[][] noise = [.. Numbers.Table(Rows, d + 1, seed: 4).Chunk(d + 1)];
        for (int i = 0; i < Rows; i++)
            noise[i][0] = i / (float)Rows;
        noise[5][d] = float.NaN;
        using var generator = (RowScoringTransformer)transformer.FromNoise("Noise");
        var table = Table(noise, given, "Noise");
        using var onnx = new OnnxModel(s_ml, generator, table);
        (string, Array)[] inputs = [("Noise", noise.SelectMany(row => row).ToArray()), .. model.Shape.Context > 0 ? new (string, Array)[] { ("Context", given.SelectMany(row => row).ToArray()) } : []];
        onnx.Run(Rows, inputs).AssertNear(generator.Transform(table), "Features");
    }

    private static IDataView Table(float[][] features, float[][] given, string name = "Features")
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        definition["Context"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Math.Max(1, given[0].Length));
        if (given[0].Length == 0)
            definition.Remove(definition["Context"]);
        definition["Features"].ColumnName = name;
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
        evaluators: (flow, _) => flow.Members.Count == 1 ? Evaluator(flow.Members[0]) : new EnsembleEvaluator([.. flow.Members.Select(Evaluator)], flow.Shares));

    private static IFlowEvaluator Evaluator(FlowMember member) => new ManagedEngine().CreateEvaluator(member, new ComputeDevice(null, true) { Threads = 1 });

    /// <summary>A flow that is no identity: all it has learned is shaken.</summary>
    private static FlowMember Member(FlowArchitecture architecture, ulong seed) => Member(architecture.ToSpec(), seed);

    private static FlowMember Member(FlowSpec spec, ulong seed)
    {
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
