using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

/// <summary>The kinds of files that this package reads, small ones of each.</summary>
internal static class MutatedFiles
{
    private const int Drawn = 20, Seed = 3;

    /// <summary>A density that is no number is limited to the range of a Single.</summary>
    private const double Overflow = 1e37;

    /// <summary>A column of features, which may have any value.</summary>
    private const string Expected = "Expected";

    private static readonly MLContext s_ml = new(seed: 1);

    private static readonly FlowColumns s_columns = Fake.AllColumns with { Origin = [1_000, 0], FeatureIsDouble = true, PruningBound = "PruningBound", PrunedProbability = 1e-3 };

    private static readonly FlowModel[] s_models =
    [
        Fake.Of(Fake.Architecture with { StateStandardization = true, HiddenUnits = 4, Layers = 2 }) with { Constants = [new ConstantFeature(1, 3)] },
        Fake.Of(Fake.Architecture with { MixtureLatent = true, BaseComponents = 2, Pattern = FlowPattern.Autoregressive, HiddenUnits = 4 }),
        new([Fake.Of(Fake.Architecture with { Map = FlowMap.Affine }).Members[0], Fake.Of(Fake.Architecture with { States = 1 }).Members[0]], Fake.Report with { EnsembleSize = 2 }),
    ];

    private static readonly float[][] s_rows = [[1_000, 0], [1_001, -2], [1e6f, 1e-3f], [-1e30f, 1e30f], [999.5f, 3]];

    public static IReadOnlyList<string> Names => [.. s_kinds.Keys];

    private static readonly Dictionary<string, Func<MutatedFile>> s_kinds = new()
    {
        ["flow"] = () => new("flow", Flows(), bytes => Flow(NormalizingVariationalFlowTransformer.Revive(s_ml, FlowFile.Read(Reader(bytes))))),
        ["anomaly"] = () => new("anomaly", [.. Flows().SelectMany(flow => Enum.GetValues<AnomalyScore>().Select(kind => Anomaly(flow, kind)))], bytes =>
        {
            var file = AnomalyFile.Read(Reader(bytes));
            var flow = NormalizingVariationalFlowTransformer.Revive(s_ml, file.Flow);
            // What is not to be explained is NaN, and one byte says so.
            return Scored(new NormalizingVariationalFlowAnomalyTransformer(flow, file.Columns with { ExplainOnlyAnomalies = false }, file.Judge, file.Usual, file.Views), flow);
        }),
        ["clustering"] = () => new("clustering", [.. Flows().Take(2).Select(Clustering)], bytes =>
        {
            using var reader = Reader(bytes);
            var file = FlowFile.Read(reader);
            var content = ClusteringContent.Read(reader, file.Model.Shape.States);
            var flow = NormalizingVariationalFlowTransformer.Revive(s_ml, file);
            return Scored(new NormalizingVariationalFlowClusteringTransformer(flow, content.Columns, content.Report), flow);
        }),
        ["synthesizer"] = () => MutatedSale.Kind(s_ml, Drawn, Seed),
        ["checkpoint"] = MutatedCheckpoint.Kind,
        ["zip"] = () => new("zip", [.. s_models.Select(Zip)], bytes => Flow((NormalizingVariationalFlowTransformer)s_ml.Model.Load(new MemoryStream(bytes), out _))) { IsForeign = true, Frames = _ => [] },
    };

    public static MutatedFile Of(string kind) => s_kinds[kind]();

    public static byte[] Bytes(Action<BinaryWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            write(writer);
        return stream.ToArray();
    }

    public static BinaryReader Reader(byte[] bytes) => new(new MemoryStream(bytes, writable: false));

    private static byte[][] Flows() => [.. s_models.Select(model => Bytes(new FlowFile(s_columns, model).Write))];

    private static byte[] Anomaly(byte[] flow, AnomalyScore kind) => Bytes(new AnomalyFile(
        FlowFile.Read(Reader(flow)), new AnomalyColumns("Score", "Label", "PValue", "Why", Expected, ExplainOnlyAnomalies: false),
        AnomalyJudge.Of(kind, [-3, -5, -1], 0.5, contamination: 0), new UsualValues(2, [.. Enumerable.Range(0, 32).Select(i => (float)i)]),
        kind == AnomalyScore.Surprise ? Views() : null).Write);

    private static SurpriseViews Views() => new(
        new LocalStates([1_000, 0], [3, 4], [1, 2, 3, 4, 5, 6], [0, 1, 2], neighbours: 1, hasRatio: false),
        new IsolationForest([.. Enumerable.Repeat<IsolationForest.Node[]>([new(1, 0.5f, 1), new(IsolationForest.Leaf, 1, 0), new(IsolationForest.Leaf, 1, 0)], IsolationForest.Trees)]),
        [.. Enumerable.Range(0, 3).Select(i => SurpriseScale.Of([i, i + 1, i + 5]))],
        new LinearRelations([new([-30, 31], 0.5)], SurpriseScale.Of([-2, -1, 1])),
        new GaussianView(new ShrunkMixture([-1, -2], [ShrunkGaussian.Standard(2), ShrunkGaussian.WithFactor([3, -1], [[0.5], [-2, 0.25]])]), SurpriseScale.Of([-2, -1, 7])));

    private static byte[] Clustering(byte[] flow) => Bytes(writer =>
    {
        writer.Write(flow);
        new ClusteringContent(
            new ClusterColumns("Label", "Score", "Probabilities", "Number"),
            new ClusteringReport { Shares = [0.75, 0.25], ClusterOfState = [0, 1, 0], UnusedStates = [2], Candidates = [new(2, 0.5, null), new(3, 0.25, -1)] }).Write(writer);
    });

    private static byte[] Zip(FlowModel model)
    {
        var stream = new MemoryStream();
        s_ml.Model.Save(new NormalizingVariationalFlowTransformer(s_ml, new FlowFile(s_columns, model)), null, stream);
        return stream.ToArray();
    }

    private static LoadedFile Flow(NormalizingVariationalFlowTransformer flow) => Scored(flow, flow);

    private static LoadedFile Scored(RowScoringTransformer transformer, NormalizingVariationalFlowTransformer flow)
    {
        var rows = s_ml.Data.LoadFromEnumerable(FeatureRow.From(s_rows));
        return new LoadedFile(
            () => TableNumbers.Of(transformer.Transform(rows), from: rows.Schema.Count).Select(pair => pair.Column == Expected || Math.Abs(pair.Value) < Overflow ? pair : (pair.Column, double.NaN))
                .Concat(TableNumbers.Of(flow.Sample(Drawn, Seed))),
            transformer);
    }
}
