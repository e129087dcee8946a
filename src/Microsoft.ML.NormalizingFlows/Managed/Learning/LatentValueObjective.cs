using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>A loss of a continuous latent that gives each row one value z: -log p(x|z) and what the encoder's q(z|x) = N(m, diag s^2) adds to it.</summary>
internal abstract class LatentValueObjective<T>(ManagedModel<T> model) : PanelObjective<T>(model) where T : unmanaged, ILanes<T>
{
    /// <summary>d.</summary>
    protected int Latent { get; } = model.Spec.Latent.Dimensions;

    public sealed override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        int columns = work.Columns;
        var encoder = (EncoderNetwork<T>)Model.Flow.Encoder!;
        encoder.Forward(Model.Values, work.Points.Span, work.Encoder!, columns);
        Span<float> means = work.Encoder!.Logits.Span, logDeviations = means[(Latent * Panel.Columns)..];
        ContinuousPosterior.LogDeviations(logDeviations, Latent, columns, Panel.Columns);
        Span<float> points = work.Points.Span, z = points[(Model.Spec.RowWidth * Panel.Columns)..];
        for (int j = 0; j < Latent; j++)
            z.Slice(j * Panel.Columns, columns).Clear();
        Choose(work, means, logDeviations, z, uniforms);
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
        for (int j = 0; j < Latent; j++)
        {
            for (int i = 0; i < work.Count; i++)
            {
                int at = j * Panel.Columns + i;
                float logDeviation = logDeviations[at];
                (g[at], float gLogDeviation) = Judge(work, (work.Start + i) * Latent + j, means[at], logDeviation, z[at], gZ[at], uniforms);
                g[Latent * Panel.Columns + at] = ContinuousPosterior.Slope(logDeviation) * gLogDeviation;
            }
        }
        encoder.Backward(Model.Values, work.Gradient, work.Encoder, g, columns, work.Scratch);
    }

    /// <summary>Gives each row its z.</summary>
    /// <param name="work">The rows.</param>
    /// <param name="means">m, (d, columns).</param>
    /// <param name="logDeviations">ln s, (d, columns).</param>
    /// <param name="z">(d, columns), 0 so far.</param>
    /// <param name="uniforms">Random numbers of the batch.</param>
    protected abstract void Choose(LearningWork<T> work, ReadOnlySpan<float> means, ReadOnlySpan<float> logDeviations, Span<float> z, float[] uniforms);

    /// <summary>Adds the loss of one dimension of one row, beside that of -log p(x|z).</summary>
    /// <param name="work">Where to add to.</param>
    /// <param name="index">Of the random number of the dimension and row, in the batch.</param>
    /// <param name="mean">m.</param>
    /// <param name="logDeviation">ln s.</param>
    /// <param name="z">The value.</param>
    /// <param name="gZ">The gradient by it that comes back from the layers.</param>
    /// <param name="uniforms">Random numbers of the batch.</param>
    /// <returns>The gradient of the whole loss, a mean over the batch, by m and by ln s.</returns>
    protected abstract (float Mean, float LogDeviation) Judge(LearningWork<T> work, int index, float mean, float logDeviation, float z, float gZ, float[] uniforms);
}
