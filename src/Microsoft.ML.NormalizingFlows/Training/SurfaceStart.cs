using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The values that a continuous latent starts from where the training rows lie near a curved surface of as many dimensions: their coordinates along it.
/// From its principal axes it would follow such a surface to and fro, and learn no better.
/// </summary>
/// <param name="Centers">Rows of the surface, D values each, in units of standard deviations.</param>
/// <param name="Coordinates">The d coordinates of each, as normal as the latent is beforehand.</param>
internal sealed record SurfaceStart(float[][] Centers, float[][] Coordinates)
{
    private const int SampleRows = 2_000, MinimumRows = 100, Landmarks = 300;

    /// <summary>A sample tells surfaces of up to so many dimensions, among up to so many features: distances of more are much alike, and take long.</summary>
    private const int MaximumDimensions = 3, MaximumFeatures = 256;

    /// <summary>
    /// What coordinates along the surface explain of the distances there, at least, and principal axes at most (1 less the residual variance of Tenenbaum et
    /// al.): rows are near a surface, and it is curved.
    /// </summary>
    private const double Explained = 0.9, ExplainedByAxes = 0.8;

    /// <summary>What no other number of neighbours is tried behind.</summary>
    private const double ExplainedWell = 0.98;

    private static readonly int[] s_neighbours = [5, 7, 10];

    /// <summary>The start; null where the rows are near no curved surface.</summary>
    public static SurfaceStart? Find(FlowSpec spec, TrainingData data, ulong seed)
    {
        int dimensions = spec.Latent.Dimensions;
        if (dimensions > MaximumDimensions || dimensions >= spec.Dimensions || spec.Dimensions > MaximumFeatures)
            return null;
        var random = RandomStream.For(seed, "surface");
        var sample = data.StandardizedSample(SampleRows, random);
        if (sample.Count < MinimumRows)
            return null;
        int landmarks = Math.Min(Landmarks, sample.Count);
        double[][] axes = Isomap.Embed(Isomap.StraightDistances(sample, landmarks), dimensions, random);
        var graph = new NeighbourGraph(sample, s_neighbours[^1]);
        double most = 0;
        double[][] best = [];
        foreach (int neighbours in s_neighbours)
        {
            double[][] distances = graph.Distances(landmarks, neighbours);
            if (Isomap.Explained(distances, axes) > ExplainedByAxes)
                continue;
            double[][] along = Isomap.Embed(distances, dimensions, random);
            double explained = Isomap.Explained(distances, along);
            if (explained > most)
                (most, best) = (explained, along);
            if (most > ExplainedWell)
                break;
        }
        if (most < Explained)
            return null;
        double[][] normal = [.. best.Select(NormalScores)];
        return new SurfaceStart(
            [.. Enumerable.Range(0, sample.Count).Select(i => sample[i].ToArray())],
            [.. Enumerable.Range(0, sample.Count).Select(i => normal.Select(axis => (float)axis[i]).ToArray())]);
    }

    private static double[] NormalScores(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var scores = new double[values.Length];
        for (int rank = 0; rank < order.Length; rank++)
            scores[order[rank]] = NormalDistribution.Quantile((rank + 0.5) / order.Length);
        return scores;
    }
}
