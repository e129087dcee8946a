using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Scoring;

/// <summary>Turns noise into rows, a panel at a time.</summary>
internal sealed class PanelSampler<T>(ManagedModel<T> model) where T : unmanaged, ILanes<T>
{
    /// <summary>Replaces noise by features in the user's units, from row <paramref name="start"/> on.</summary>
    /// <param name="work">Room of the thread.</param>
    /// <param name="noise">(rows, D + C): from the base distribution, and the context in the user's units, which is spent.</param>
    /// <param name="states">The latent state of each row.</param>
    /// <param name="latents">The continuous latent of each row, (rows, d).</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">Rows, 1 to those of a full panel.</param>
    public void Sample(ScoringWork<T> work, Span<float> noise, int[] states, float[] latents, int start, int count)
    {
        int width = model.Spec.RowWidth;
        var rows = noise.Slice(start * width, count * width);
        var points = work.Points.Span;
        points.Clear();
        model.Standardization.Load(rows, count, points, Lengths.RoundUp(count, T.Count), first: model.Spec.Dimensions);
        int latent = model.Spec.Latent.Dimensions;
        Transposition<T>.Run(latents.AsSpan(start * latent, count * latent), latent, points[(width * Panel.Columns)..], Panel.Columns, count, latent);
        var own = states.AsSpan(start, count);
        if (own.IndexOfAnyExcept(own[0]) < 0)
            work.States.Set(count, T.Count, own[0]);
        else
            work.States.Set(own, T.Count);
        model.Flow.Inverse(model.Values, points, work.Tape, work.States, work.Scratch);
        model.Standardization.Store(points, count, rows);
    }
}
