using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Scoring;

/// <summary>Turns noise into rows, a panel at a time.</summary>
internal sealed class PanelSampler<T>(ManagedModel<T> model) where T : unmanaged, ILanes<T>
{
    /// <summary>Replaces noise by rows in the user's units, from row <paramref name="start"/> on.</summary>
    /// <param name="work">Room of the thread.</param>
    /// <param name="noise">(rows, D), from the base distribution.</param>
    /// <param name="states">The latent state of each row.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">Rows, 1 to those of a full panel.</param>
    public void Sample(ScoringWork<T> work, Span<float> noise, int[] states, int start, int count)
    {
        int dimensions = model.Spec.Dimensions;
        var rows = noise.Slice(start * dimensions, count * dimensions);
        var points = work.Points.Span;
        points.Clear();
        Transposition<T>.Run(rows, dimensions, points, Panel.Columns, count, dimensions);
        var own = states.AsSpan(start, count);
        if (own.IndexOfAnyExcept(own[0]) < 0)
            work.States.Set(count, T.Count, own[0]);
        else
            work.States.Set(own, T.Count);
        model.Flow.Inverse(model.Values, points, work.Tape, work.States, work.Scratch);
        model.Standardization.Store(points, count, rows);
    }
}
