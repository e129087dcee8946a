using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>
/// Distances between rows: numbers in standard deviations of the real ones, a missing one at the mean; two categories that differ are 1 apart.
/// </summary>
internal sealed class NearestRows
{
    private readonly ComparedColumn[] _numbers, _categories;
    private readonly RunningMoments[] _moments;

    public NearestRows(QualityTable table)
    {
        _numbers = [.. table.Columns.Where(column => !column.IsCategory)];
        _categories = [.. table.Columns.Where(column => column.IsCategory)];
        _moments = [.. _numbers.Select(column =>
        {
            var moments = new RunningMoments(1);
            foreach (double value in column.Real.Where(value => !double.IsNaN(value)))
                moments.Add([(float)value]);
            return moments;
        })];
    }

    /// <summary>The standard deviation of the real numbers of a column.</summary>
    public double Deviation(ComparedColumn column) => _moments[Array.IndexOf(_numbers, column)].StandardDeviation(0);

    /// <summary>Rows as points.</summary>
    public Points Place(Func<ComparedColumn, double[]> values, IReadOnlyList<int> rows)
    {
        var numbers = new float[rows.Count * _numbers.Length];
        var categories = new int[rows.Count * _categories.Length];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < _numbers.Length; j++)
            {
                double value = values(_numbers[j])[rows[i]], deviation = _moments[j].StandardDeviation(0);
                numbers[i * _numbers.Length + j] = double.IsNaN(value) || deviation == 0 ? 0 : (float)((value - _moments[j].Mean(0)) / deviation);
            }
            for (int j = 0; j < _categories.Length; j++)
                categories[i * _categories.Length + j] = (int)values(_categories[j])[rows[i]];
        }
        return new Points(rows.Count, numbers, _numbers.Length, categories, _categories.Length);
    }

    internal sealed record Points(int Count, float[] Numbers, int NumberWidth, int[] Categories, int CategoryWidth)
    {
        /// <summary>The squared distance of each of these points to the nearest other one of a set.</summary>
        /// <param name="others">The set.</param>
        /// <param name="same">Whether it is this set, where a point is not its own neighbour.</param>
        /// <param name="cancellation">Stops the search.</param>
        /// <param name="which">Gets the number of each nearest one; null to leave them out.</param>
        public double[] Nearest(Points others, bool same, CancellationToken cancellation, int[]? which = null)
        {
            var nearest = new double[Count];
            Parallel.For(0, Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var numbers = Numbers.AsSpan(i * NumberWidth, NumberWidth);
                var categories = Categories.AsSpan(i * CategoryWidth, CategoryWidth);
                double least = double.PositiveInfinity;
                for (int j = 0; j < others.Count; j++)
                {
                    if (same && i == j)
                        continue;
                    double distance = 0;
                    var otherCategories = others.Categories.AsSpan(j * CategoryWidth, CategoryWidth);
                    for (int k = 0; k < categories.Length; k++)
                        distance += categories[k] == otherCategories[k] ? 0 : 1;
                    if (distance >= least)
                        continue;
                    if (numbers.Length > 0)
                    {
                        float far = TensorPrimitives.Distance(numbers, others.Numbers.AsSpan(j * NumberWidth, NumberWidth));
                        distance += far * far;
                    }
                    if (distance < least && which is not null)
                        which[i] = j;
                    least = Math.Min(least, distance);
                }
                nearest[i] = least;
            });
            return nearest;
        }
    }
}
