using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>Writes what a detector makes of log-densities as ONNX: scores, labels and p-values.</summary>
/// <param name="judge">Makes scores.</param>
/// <param name="views">What rows are held against beside the flow; null for nothing.</param>
internal sealed class SurpriseWriter(AnomalyJudge judge, SurpriseViews? views)
{
    /// <summary>The score, (B, 1), NaN of incomplete rows.</summary>
    public OnnxValue Score(ScoreWriter scores) => scores.Once("score", () =>
    {
        var surprise = views is null ? -scores.LogDensity : Surprise(scores, views);
        return scores.Choose(judge.Kind switch
        {
            AnomalyScore.Surprise or AnomalyScore.NegativeLogLikelihood => surprise,
            AnomalyScore.Typicality => (surprise + -judge.MeanNegativeLogLikelihood).Abs(),
            _ => throw OnnxRefusal.Of($"the score {judge.Kind}"),
        });
    });

    /// <summary>Whether a row is an anomaly, (B, 1); none that is incomplete.</summary>
    public OnnxValue IsAnomaly(ScoreWriter scores)
    {
        var score = Score(scores);
        return score.Graph.Node("Greater", [score, score.Graph.Constant(judge.Threshold)]);
    }

    /// <summary>(1 + the number of held-out scores that are no less) / (n + 1), (B, 1).</summary>
    public OnnxValue PValue(ScoreWriter scores)
    {
        var score = Score(scores);
        var graph = score.Graph;
        int count = judge.HeldOut.Count, steps = 1;
        while (1L << steps <= count)
            steps++;
        // How many are below, bit by bit: what stands behind the scores is above any.
        var ascending = Enumerable.Repeat(float.PositiveInfinity, 1 << steps).ToArray();
        for (int i = 0; i < count; i++)
            ascending[i + 1] = judge.HeldOut.Descending[count - 1 - i];
        OnnxValue held = graph.Constant(ascending, ascending.Length), below = score.As<long>() * graph.Constant([0L], 1);
        for (int step = steps - 1; step >= 0; step--)
        {
            var size = graph.Constant([1L << step], 1);
            var isBelow = graph.Node("Less", [graph.Node("Gather", [held, below + size], ("axis", 0)), score]);
            below += isBelow.As<long>() * size;
        }
        return scores.Choose((count + 1 - below.As<float>()) / graph.Constant(count + 1));
    }

    // The mean over the views, and with a forest the greatest of them as much.
    private static OnnxValue Surprise(ScoreWriter scores, SurpriseViews views)
    {
        var looks = new List<OnnxValue> { -scores.LogDensity };
        var point = Standardize(scores.Rows, views.Local);
        looks.AddRange(Look(point, views.Local));
        if (views.Forest is { } forest)
            looks.Add(Oddness(scores.Rows, forest));
        OnnxValue[] surprises = [.. looks.Zip(views.Scales, Surprise)];
        if (views.Gaussians is { } gaussians)
            surprises[0] = (surprises[0] + Surprise(Oddness(point, gaussians.Mixture), gaussians.Scale)) * scores.Graph.Constant([0.5], 1);
        var whole = surprises.Aggregate((sum, surprise) => sum + surprise) * scores.Graph.Constant([1.0 / looks.Count], 1);
        if (views.Forest is not null)
            whole = (whole + scores.Graph.Node("Max", surprises)) * scores.Graph.Constant([0.5], 1);
        return (views.Relations is { } relations ? whole + Excess(point, relations, views.Local.Dimensions) : whole).As<float>();
    }

    private static OnnxValue Excess(OnnxValue point, LinearRelations relations, int d)
    {
        var graph = point.Graph;
        int count = relations.Residuals.Count;
        var weights = Enumerable.Range(0, d).SelectMany(feature => relations.Residuals.Select(residual => feature < residual.Weights.Length ? residual.Weights[feature] : 0));
        var residuals = point.Times(graph.Constant(weights, d, count)) - graph.Constant(relations.Residuals.Select(residual => residual.Mean), count);
        var square = (residuals * residuals).Times(graph.Constant(Enumerable.Repeat(1.0 / count, count), count, 1));
        var distance = (square.Sqrt() + graph.Constant([(double)LocalStates.Nearest], 1)).Log().As<float>();
        return graph.Node("Max", [Surprise(distance, relations.Scale) - graph.Constant([LinearRelations.Usual], 1), graph.Constant([0.0], 1)]);
    }

    // In Double, so that distances can be found as differences of squares.
    private static OnnxValue Standardize(OnnxValue rows, LocalStates local)
    {
        var graph = rows.Graph;
        int d = local.Dimensions, n = local.Count;
        var difference = rows - graph.Constant(local.Shift, d);
        var standard = (difference / graph.Constant(local.Scale.Select(scale => scale == 0 ? 1 : scale), d)).Within(-LocalStates.Farthest, LocalStates.Farthest);
        if (local.Scale.Contains(0))
        {
            var isConstant = graph.Constant(local.Scale.Select(scale => scale == 0 ? 1f : 0), d).As<bool>();
            standard = isConstant.Choose(graph.Node("Sign", [difference]) * Math.Sqrt(n + 1), standard);
        }
        return standard.As<double>();
    }

    private static IEnumerable<OnnxValue> Look(OnnxValue point, LocalStates local)
    {
        var graph = point.Graph;
        int d = local.Dimensions, n = local.Count;
        float[] prototypes = local.ByFeature.ToArray();      // (D, n)
        var squares = new double[n];
        for (int i = 0; i < prototypes.Length; i++)
            squares[i % n] += (double)prototypes[i] * prototypes[i];
        // One product in place of all differences.
        var own = (point * point).Times(graph.Constant(Enumerable.Repeat(1.0, d), d, 1));
        var both = point.Times(graph.Constant(prototypes.Select(value => -2.0 * value), d, n));
        var distances = graph.Node("Max", [own + both + graph.Constant(squares, n), graph.Constant([0.0], 1)]);
        var (nearest, places) = graph.Smallest(distances, Math.Max(local.Neighbours, local.Few));
        var logarithms = (nearest.Sqrt().As<float>() + LocalStates.Nearest).Log();
        yield return logarithms.Slice(local.Neighbours - 1, 1, 1);
        if (!local.HasRatio)
            yield break;
        var radii = graph.Node("Gather", [graph.Constant(local.Radii, n), places.Slice(0, local.Few, 1)], ("axis", 0));
        yield return logarithms.Slice(local.Few - 1, 1, 1) - radii.SumOf(local.Few) * (1.0 / local.Few);
    }

    // In Double from end to end: a row that is far out in narrow Gaussians is very far out.
    private static OnnxValue Oddness(OnnxValue point, ShrunkMixture mixture)
    {
        var graph = point.Graph;
        OnnxValue Number(double number) => graph.Constant([number], 1);
        var each = mixture.Components.Zip(mixture.LogWeights, (component, logWeight) =>
        {
            double[][] whitening = component.Whitening();
            int d = whitening.Length;
            var turned = Enumerable.Range(0, d).SelectMany(j => Enumerable.Range(0, d).Select(i => j <= i ? whitening[i][j] : 0));
            var white = (point - graph.Constant(component.Mean, d)).Times(graph.Constant(turned, d, d));
            var distance = (white * white).Times(graph.Constant(Enumerable.Repeat(0.5, d), d, 1));
            return Number(logWeight + component.Greatest) - distance;
        }).ToArray();
        var terms = OnnxValue.Concat(1, each);
        var greatest = graph.Node("ReduceMax", [terms], ("axes", new long[] { 1 }), ("keepdims", 1));
        var sum = (terms - greatest).Exp().Times(graph.Constant(Enumerable.Repeat(1.0, each.Length), each.Length, 1));
        return (-(greatest + sum.Log())).As<float>();
    }

    private static OnnxValue Oddness(OnnxValue rows, IsolationForest forest)
    {
        var nodes = forest.Nodes.SelectMany((tree, t) => tree.Select((node, place) => (Tree: (long)t, Place: (long)place, Node: node))).ToList();
        var leaves = nodes.Where(node => node.Node.Feature == IsolationForest.Leaf).ToList();
        long[] Of(Func<IsolationForest.Node, long> number) => [.. nodes.Select(node => node.Node.Feature == IsolationForest.Leaf ? 0 : number(node.Node))];
        var cuts = rows.Graph.ModelNode(
            "TreeEnsembleRegressor", [rows],
            ("nodes_treeids", nodes.Select(node => node.Tree).ToArray()),
            ("nodes_nodeids", nodes.Select(node => node.Place).ToArray()),
            ("nodes_featureids", Of(node => node.Feature)),
            ("nodes_values", nodes.Select(node => node.Node.Value).ToArray()),
            ("nodes_modes", nodes.Select(node => node.Node.Feature == IsolationForest.Leaf ? "LEAF" : "BRANCH_LEQ").ToArray()),
            ("nodes_truenodeids", Of(node => node.Below)),
            ("nodes_falsenodeids", Of(node => node.Below + 1)),
            ("target_treeids", leaves.Select(leaf => leaf.Tree).ToArray()),
            ("target_nodeids", leaves.Select(leaf => leaf.Place).ToArray()),
            ("target_ids", new long[leaves.Count]),
            ("target_weights", leaves.Select(leaf => leaf.Node.Value).ToArray()),
            ("n_targets", 1));
        return cuts * (-1.0 / forest.Nodes.Count);
    }

    // In Double: what is beyond the last quantile may be so many times the excess.
    private static OnnxValue Surprise(OnnxValue value, SurpriseScale scale)
    {
        var graph = value.Graph;
        float[] quantiles = [.. scale.Values.Distinct()];
        int count = quantiles.Length;
        // Between two that differ, from the last place of the one to the first of the other; at one, the place that a search finds.
        var last = quantiles.Select(quantile => (float)Array.FindLastIndex(scale.Values, other => other == quantile));
        var found = quantiles.Select(quantile => (float)Array.BinarySearch(scale.Values, quantile));
        var widths = quantiles.Select((quantile, i) => i + 1 < count ? quantiles[i + 1] - quantile : 1);
        var passed = (graph.Constant(quantiles, count) <= value).As<float>().SumOf(count).As<long>();
        var place = graph.Node("Max", [passed + graph.Constant([-1L], 1), graph.Constant([0L], 1)]);
        OnnxValue At(IEnumerable<float> table) => graph.Node("Gather", [graph.Constant(table, count), place], ("axis", 0));
        var from = At(quantiles);
        var between = At(last) + ((value - from) / At(widths)).Within(0, 1);
        var isQuantile = graph.Node("Equal", [value, from]);
        var share = isQuantile.Choose(At(found), between) * 0.01;
        var isAbove = graph.Node("Greater", [passed, graph.Constant([0L], 1)]);
        var within = -(1 - isAbove.Choose(share, graph.Constant(0))).Log();

        OnnxValue Number(double number) => graph.Constant([number], 1);
        var wide = value.As<double>();
        var tail = (wide - Number(scale.Values[^1])) / Number(scale.Excess) + Number(-Math.Log(SurpriseScale.Tail));
        var far = graph.Node("Max", [tail - Number(SurpriseScale.Far - 1), Number(1)]).Log() + Number(SurpriseScale.Far);
        var beyond = (tail <= Number(SurpriseScale.Far)).Choose(tail, far);
        return (value <= graph.Constant(scale.Values[^1])).Choose(within.As<double>(), beyond);
    }
}
