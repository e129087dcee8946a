using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary><c>Surface</c>: z is given, so that the encoder has the gradient of -ln q(z|x) alone; with <c>r = (z - m) / s</c> that is <c>-r / s</c> by m and <c>1 - r^2</c> by ln s.</summary>
/// <param name="model">What learns.</param>
/// <param name="centers">Rows of D values, in units of standard deviations.</param>
/// <param name="coordinates">The d coordinates of each.</param>
internal sealed class SurfaceObjective<T>(ManagedModel<T> model, float[][] centers, float[][] coordinates) : LatentValueObjective<T>(model) where T : unmanaged, ILanes<T>
{
    protected override void Choose(LearningWork<T> work, ReadOnlySpan<float> means, ReadOnlySpan<float> logDeviations, Span<float> z, float[] uniforms)
    {
        var points = work.Points.Span;
        Span<float> row = stackalloc float[Model.Spec.Dimensions];
        for (int i = 0; i < work.Count; i++)
        {
            for (int d = 0; d < row.Length; d++)
                row[d] = points[d * Panel.Columns + i];
            float[] given = coordinates[KMeans.Nearest(centers, row).Cluster];
            for (int j = 0; j < Latent; j++)
                z[j * Panel.Columns + i] = given[j];
        }
    }

    protected override (float Mean, float LogDeviation) Judge(LearningWork<T> work, int index, float mean, float logDeviation, float z, float gZ, float[] uniforms)
    {
        float deviation = MathF.Exp(logDeviation), r = (z - mean) / deviation;
        work.Loss += 0.5f * (z * z - r * r) - logDeviation;
        return (-r / deviation / work.BatchRows, (1 - r * r) / work.BatchRows);
    }
}
