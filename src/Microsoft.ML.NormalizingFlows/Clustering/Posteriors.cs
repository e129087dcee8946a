using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>p(z|x) of many rows under one flow, row-major, (B, K').</summary>
internal sealed class Posteriors
{
    private const int BatchRows = 1_024;
    private readonly float[] _values;
    private readonly Lazy<StateChain> _chain;

    private Posteriors(int states, float[] values)
    {
        (States, _values) = (states, values);
        _chain = new Lazy<StateChain>(MakeChain);
    }

    public int States { get; }

    public int Rows => _values.Length / States;

    /// <summary>How near the states are to one another.</summary>
    public StateChain Chain => _chain.Value;

    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * States, States);

    public static Posteriors Of(NormalizingVariationalFlowTransformer flow, RowTable rows)
    {
        var shape = flow.Model.Shape;
        int states = shape.States;
        var values = new float[checked(rows.Count * states)];
        var scores = new FlowScores(shape, FlowOutputs.Posterior, BatchRows);
        flow.Evaluator.ScoreBlocks(
            rows.Values, shape.Dimensions, scores, (start, count) => scores.Posterior.AsSpan(0, count * states).CopyTo(values.AsSpan(start * states)));
        return new Posteriors(states, values);
    }

    /// <summary>The most likely cluster of each row, where the states are merged to so many clusters.</summary>
    public int[] Clusters(int clusters) => Clusters(StateGrouping.Find(Chain, clusters));

    /// <summary>The most likely cluster of each row, where <paramref name="clusterOfState"/> groups the states.</summary>
    public int[] Clusters(int[] clusterOfState)
    {
        var probabilities = new float[clusterOfState.Max() + 1];
        var clusters = new int[Rows];
        for (int row = 0; row < clusters.Length; row++)
        {
            ClusterProbabilities.Sum(this[row], clusterOfState, probabilities);
            clusters[row] = ClusterProbabilities.Maximum(probabilities);
        }
        return clusters;
    }

    private StateChain MakeChain()
    {
        var chain = new StateChain(States);
        for (int row = 0; row < Rows; row++)
            chain.Add(this[row]);
        return chain;
    }
}
