using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>Scores by simple rules that a test can redo, and counts what it is asked for.</summary>
internal sealed class FakeEvaluator(FlowShape shape) : IFlowEvaluator
{
    public FlowShape Shape => shape;

    /// <summary>The number of rows of each call of <see cref="Score"/>.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Everything that was ever asked for.</summary>
    public FlowOutputs Asked { get; private set; }

    public int Rows => Batches.Sum();

    public bool Disposed { get; private set; }

    /// <summary>Called within each <see cref="Score"/>.</summary>
    public Action? WhileScoring { get; set; }

    public static float LogDensity(ReadOnlySpan<float> row)
    {
        float sum = 0;
        foreach (float value in row)
            sum += value;
        return -sum;
    }

    public static int State(ReadOnlySpan<float> row, int states) => Math.Abs((int)row[0]) % states;

    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        Assert.False(Disposed);
        int d = shape.Dimensions, k = shape.States;
        Assert.Equal(count * d, rows.Length);
        lock (Batches)
        {
            Batches.Add(count);
            Asked |= scores.Outputs;
        }
        for (int i = 0; i < count; i++)
        {
            var row = rows.Slice(i * d, d);
            foreach (float value in row)
                Assert.True(float.IsFinite(value));
            if (scores.LogDensity.Length > 0)
                scores.LogDensity[i] = LogDensity(row);
            if (scores.Posterior.Length > 0)
            {
                scores.Posterior.AsSpan(i * k, k).Fill(0.1f / k);
                scores.Posterior[i * k + State(row, k)] += 0.9f;
            }
            for (int j = 0; j < d && scores.BaseVector.Length > 0; j++)
                scores.BaseVector[i * d + j] = 2 * row[j];
        }
        WhileScoring?.Invoke();
        Assert.False(Disposed);
    }

    public void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values) => throw new NotSupportedException();

    public void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default)
    {
        Assert.False(Disposed);
        for (int row = 0; row < count; row++)
            random[row].FillNormal(rows.Slice(row * shape.Dimensions, shape.Dimensions));
        for (int i = 0; i < rows.Length && state is not null; i++)
            rows[i] += 100 * state.Value;
    }

    public void Dispose()
    {
        Assert.False(Disposed);
        Disposed = true;
    }
}
