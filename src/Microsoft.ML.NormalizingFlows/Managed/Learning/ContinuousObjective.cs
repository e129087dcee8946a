using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// <c>ContinuousLatent</c>: with <c>z = m + s e</c> and g the gradient by z that comes back from the layers, that by m is <c>g + w m</c> and that by ln s
/// is <c>g s e + w (s^2 - 1)</c>; w is the weight of KL(q || p), 0 where the dimension has less than its free bits.
/// </summary>
internal sealed class ContinuousObjective<T>(ManagedModel<T> model) : LatentValueObjective<T>(model) where T : unmanaged, ILanes<T>
{
    /// <summary>See <see cref="IFlowLearner.DivergenceWeight"/>.</summary>
    public float DivergenceWeight { get; set; } = 1;

    // The random numbers are standard normals, (rows, d).
    protected override void Choose(LearningWork<T> work, ReadOnlySpan<float> means, ReadOnlySpan<float> logDeviations, Span<float> z, float[] uniforms)
    {
        for (int j = 0; j < Latent; j++)
        {
            int row = j * Panel.Columns;
            for (int i = 0; i < work.Count; i++)
                z[row + i] = means[row + i] + MathF.Exp(logDeviations[row + i]) * uniforms[(work.Start + i) * Latent + j];
        }
    }

    protected override (float Mean, float LogDeviation) Judge(LearningWork<T> work, int index, float mean, float logDeviation, float z, float gZ, float[] uniforms)
    {
        float deviation = MathF.Exp(logDeviation), divergence = ContinuousPosterior.Divergence(mean, logDeviation);
        float weight = divergence > FreeBits.Nats ? DivergenceWeight / work.BatchRows : 0;
        work.Loss += divergence;
        return (gZ + weight * mean, gZ * deviation * uniforms[index] + weight * (deviation * deviation - 1));
    }
}
