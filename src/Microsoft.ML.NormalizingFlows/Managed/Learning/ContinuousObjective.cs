using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// <c>ContinuousLatent</c>: with <c>z = m + s e</c> and g the gradient by z that comes back from the layers, that by m is <c>g + w m</c> and that by ln s
/// is <c>g s e + w (s^2 - 1)</c>; w is the weight of KL(q || p), 0 where the dimension has less than its free bits.
/// </summary>
internal sealed class ContinuousObjective<T>(ManagedModel<T> model) : PanelObjective<T>(model) where T : unmanaged, ILanes<T>
{
    /// <summary>See <see cref="IFlowLearner.DivergenceWeight"/>.</summary>
    public float DivergenceWeight { get; set; } = 1;

    /// <param name="work">The rows, and where to add to.</param>
    /// <param name="uniforms">Standard normals of the batch, (rows, d).</param>
    /// <param name="dropoutSeed">Of this step; null drops nothing.</param>
    public override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        int latent = Model.Spec.Latent.Dimensions, columns = work.Columns;
        var encoder = (EncoderNetwork<T>)Model.Flow.Encoder!;
        encoder.Forward(Model.Values, work.Points.Span, work.Encoder!, columns);
        Span<float> means = work.Encoder!.Logits.Span, logDeviations = means[(latent * Panel.Columns)..];
        ContinuousPosterior.LogDeviations(logDeviations, latent, columns, Panel.Columns);
        Span<float> points = work.Points.Span, z = points[(Model.Spec.RowWidth * Panel.Columns)..];
        for (int j = 0; j < latent; j++)
        {
            int row = j * Panel.Columns;
            z.Slice(row, columns).Clear();
            for (int i = 0; i < work.Count; i++)
                z[row + i] = means[row + i] + MathF.Exp(logDeviations[row + i]) * uniforms[(work.Start + i) * latent + j];
        }
        var states = work.States;
        states.Set(work.Count, T.Count, 0);
        (states.FirstRow, states.RowStep) = ((uint)work.Start, 1);
        var tape = work.Tape(0);
        var given = work.Given.Span;
        given.Clear();
        Model.Flow.Forward(Model.Values, points, tape, null, states, dropoutSeed, work.Scratch);
        Model.Flow.Backward(
            Model.Values, work.Gradient, points, tape, null, states, EqualWeights(work), dropoutSeed.HasValue, default, work.Room, work.Scratch, given);
        for (int i = 0; i < work.Count; i++)
            work.Loss -= tape.LogDensity.Span[i] + Model.Standardization.LogDeterminant;

        Span<float> g = work.Context.Span, gZ = given[(Model.Spec.Context * Panel.Columns)..];
        g.Clear();
        for (int j = 0; j < latent; j++)
        {
            for (int i = 0; i < work.Count; i++)
            {
                int at = j * Panel.Columns + i;
                float mean = means[at], logDeviation = logDeviations[at], deviation = MathF.Exp(logDeviation);
                float divergence = ContinuousPosterior.Divergence(mean, logDeviation);
                float weight = divergence > FreeBits.Nats ? DivergenceWeight / work.BatchRows : 0;
                g[at] = gZ[at] + weight * mean;
                g[latent * Panel.Columns + at] = ContinuousPosterior.Slope(logDeviation)
                    * (gZ[at] * deviation * uniforms[(work.Start + i) * latent + j] + weight * (deviation * deviation - 1));
                work.Loss += divergence;
            }
        }
        encoder.Backward(Model.Values, work.Gradient, work.Encoder, g, columns, work.Scratch);
    }
}
