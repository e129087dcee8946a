using Microsoft.ML.NormalizingFlows.Numerics;

namespace Benchmarks.Shared.Mixture;

/// <summary>Shift and scale of each column: clusters and covariances are found where all columns have mean 0 and variance 1.</summary>
public sealed record StandardRows(double[] Mean, double[] Deviation)
{
    /// <summary>The log of how much a density grows when rows are scaled back.</summary>
    public double LogVolume => -Deviation.Sum(Math.Log);

    /// <summary>Of these rows; a constant column keeps its scale.</summary>
    public static StandardRows Of(float[][] rows)
    {
        int columns = rows[0].Length;
        double[] mean = new double[columns], deviation = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            foreach (float[] row in rows)
                mean[c] += (double)row[c] / rows.Length;
            foreach (float[] row in rows)
                deviation[c] += (row[c] - mean[c]) * (row[c] - mean[c]) / rows.Length;
            deviation[c] = deviation[c] > 0 ? Math.Sqrt(deviation[c]) : 1;
        }
        return new StandardRows(mean, deviation);
    }

    public double[] Double(float[] row) => [.. row.Select((value, c) => (value - Mean[c]) / Deviation[c])];

    public float[] Apply(float[] row) => Array.ConvertAll(Double(row), value => (float)value);

    /// <summary>The standardised rows in the form that k-means takes.</summary>
    internal RowTable Table(float[][] rows)
    {
        var table = new RowTable(Mean.Length);
        foreach (float[] row in rows)
            table.Add(Apply(row));
        return table;
    }
}
