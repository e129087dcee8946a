namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The distribution function of rows of one feature, <c>P(X &lt;= x) = sum_k p(k) P(U &lt;= f(x; k))</c>, gathered state by state.</summary>
/// <param name="distribution">Of the base.</param>
/// <param name="prior">p(k), K numbers.</param>
/// <param name="count">Rows.</param>
internal sealed class CumulativeSum(BaseOfOneFeature distribution, float[] prior, int count)
{
    private readonly double[] _sums = new double[count];

    /// <summary>Adds a state: <paramref name="u"/> is f(x; k) of a row.</summary>
    public void Add(int row, int state, float u) => _sums[row] += prior[state] * distribution.Cumulative(u);

    public void Write(Span<float> values)
    {
        for (int row = 0; row < _sums.Length; row++)
            values[row] = (float)Math.Clamp(_sums[row], 0, 1);
    }
}
