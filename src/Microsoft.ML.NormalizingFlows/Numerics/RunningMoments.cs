namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>Mean and standard deviation of each value of a row, in one pass and in float64 (Welford 1962).</summary>
internal sealed class RunningMoments(int dimensions)
{
    private readonly double[] _mean = new double[dimensions];
    private readonly double[] _sumOfSquares = new double[dimensions];

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<float> row)
    {
        Count++;
        for (int i = 0; i < _mean.Length; i++)
        {
            double delta = row[i] - _mean[i];
            _mean[i] += delta / Count;
            _sumOfSquares[i] += delta * (row[i] - _mean[i]);
        }
    }

    public double Mean(int slot) => _mean[slot];

    /// <summary>The standard deviation over the rows (divided by their number); 0 for fewer than two.</summary>
    public double StandardDeviation(int slot) => Count < 2 ? 0 : Math.Sqrt(_sumOfSquares[slot] / Count);
}
