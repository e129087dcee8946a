namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Quantiles of flows over one feature. One flow without states is inverted, which is exact. The quantile of a mixture, of states or of the flows
/// of an ensemble, lies between those of its parts; there it is found by bisection of the distribution function.
/// </summary>
internal static class QuantileSearch
{
    /// <summary>Halvings of an interval: as many as a Single has digits.</summary>
    private const int Halvings = 26;

    /// <summary>As <see cref="IFlowEvaluator.Quantiles"/>, of one flow.</summary>
    public static void OfFlow(IInvertibleEvaluator flow, ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values)
    {
        float[] repeated = Repeat(flow.Shape, rows, count, levels.Length), low = new float[count * levels.Length], high = new float[low.Length];
        int width = flow.Shape.Width;
        var bases = new float[levels.Length];
        for (int q = 0; q < bases.Length; q++)
            bases[q] = (float)flow.BaseOfOneFeature.Quantile(levels[q]);
        var states = new int[low.Length];
        for (int state = 0; state < flow.Shape.States; state++)
        {
            for (int i = 0; i < low.Length; i++)
                repeated[i * width] = bases[i % bases.Length];
            Array.Fill(states, state);
            flow.Invert(states, repeated);
            for (int i = 0; i < low.Length; i++)
                Widen(ref low[i], ref high[i], repeated[i * width], isFirst: state == 0);
        }
        Bisect(flow, repeated, levels, low, high);
        high.CopyTo(values);
    }

    /// <summary>As <see cref="IFlowEvaluator.Quantiles"/>, of an ensemble.</summary>
    public static void OfEnsemble(
        IFlowEvaluator ensemble, IReadOnlyList<IFlowEvaluator> members, ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values)
    {
        float[] low = new float[count * levels.Length], high = new float[low.Length], own = new float[low.Length];
        for (int m = 0; m < members.Count; m++)
        {
            members[m].Quantiles(rows, count, levels, own);
            for (int i = 0; i < own.Length; i++)
                Widen(ref low[i], ref high[i], own[i], isFirst: m == 0);
        }
        Bisect(ensemble, Repeat(ensemble.Shape, rows, count, levels.Length), levels, low, high);
        high.CopyTo(values);
    }

    // Leaves the quantiles in the upper ends.
    private static void Bisect(IFlowEvaluator evaluator, float[] rows, ReadOnlySpan<double> levels, float[] low, float[] high)
    {
        int width = evaluator.Shape.Width;
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.Cumulative, low.Length);
        for (int halving = 0; halving < Halvings && low.Zip(high).Any(ends => ends.First < ends.Second); halving++)
        {
            for (int i = 0; i < low.Length; i++)
                rows[i * width] = Middle(low[i], high[i]);
            evaluator.Score(rows, low.Length, scores);
            for (int i = 0; i < low.Length; i++)
            {
                if (scores.Cumulative[i] < levels[i % levels.Length])
                    low[i] = rows[i * width];
                else
                    high[i] = rows[i * width];
            }
        }
    }

    private static float Middle(float low, float high) => low + (high - low) / 2;

    private static void Widen(ref float low, ref float high, float value, bool isFirst)
    {
        low = isFirst ? value : Math.Min(low, value);
        high = isFirst ? value : Math.Max(high, value);
    }

    // Each row once for each level.
    private static float[] Repeat(FlowShape shape, ReadOnlySpan<float> rows, int count, int times)
    {
        var repeated = new float[count * times * shape.Width];
        for (int i = 0; i < count * times; i++)
            rows.Slice(i / times * shape.Width, shape.Width).CopyTo(repeated.AsSpan(i * shape.Width));
        return repeated;
    }
}
