using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>Some usual values of each feature: its quantiles over held-out rows.</summary>
/// <param name="dimensions">D.</param>
/// <param name="values">D times <see cref="PerFeature"/> values.</param>
internal sealed class UsualValues(int dimensions, float[] values)
{
    public const int Default = 16;

    public float[] Values { get; } = values;

    public int PerFeature { get; } = values.Length / dimensions;

    /// <summary>The values of one feature.</summary>
    public ReadOnlySpan<float> Of(int feature) => Values.AsSpan(feature * PerFeature, PerFeature);

    /// <summary>The quantiles (i + 1/2) / 16 of each feature.</summary>
    public static UsualValues Of(RowTable rows)
    {
        var values = new float[rows.Dimensions * Default];
        var column = new float[rows.Count];
        for (int feature = 0; feature < rows.Dimensions; feature++)
        {
            for (int row = 0; row < column.Length; row++)
                column[row] = rows[row][feature];
            Array.Sort(column);
            for (int i = 0; i < Default; i++)
                values[feature * Default + i] = column[(2 * i + 1) * column.Length / (2 * Default)];
        }
        return new UsualValues(rows.Dimensions, values);
    }
}
