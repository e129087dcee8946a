using Microsoft.Data.Analysis;
using Microsoft.ML;

namespace SynthesisBenchmark.Generators;

/// <summary>
/// A control that resamples as SMOTE does (Chawla et al. 2002): a training row and one of its five nearest neighbours, numbers somewhere on the
/// line between them, rounded to the decimals of the column, categories those of the neighbour. Nothing is learned, and rows are nearly copies.
/// </summary>
internal sealed class NeighbourGenerator : IGenerator
{
    private const int Neighbours = 5;
    private const int MaximumDecimals = 6;

    private ColumnValues[] _columns = [];
    private int[] _decimals = [];
    private float[] _points = [];
    private int[] _categories = [];
    private int _width, _depth, _rows;
    private CancellationToken _cancellation;

    public void Learn(DataFrame table, CancellationToken cancellation)
    {
        (_columns, _cancellation, _rows) = (ColumnValues.Of(table), cancellation, (int)table.Rows.Count);
        _decimals = [.. _columns.Select(column => column.Numbers is null ? 0 : Decimals(column.Numbers))];
        ColumnValues[] numbers = [.. _columns.Where(column => column.Numbers is not null)], texts = [.. _columns.Where(column => column.Numbers is null)];
        (_width, _depth) = (numbers.Length, texts.Length);
        _points = new float[_rows * _width];
        _categories = new int[_rows * _depth];
        for (int j = 0; j < _width; j++)
        {
            double[] values = numbers[j].Numbers!, known = [.. values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0)];
            double mean = known.Average(), deviation = Math.Sqrt(known.Average(value => (value - mean) * (value - mean)));
            for (int row = 0; row < _rows; row++)
                _points[row * _width + j] = double.IsNaN(values[row]) || deviation == 0 ? 0 : (float)((values[row] - mean) / deviation);
        }
        for (int j = 0; j < _depth; j++)
        {
            var codes = new Dictionary<string, int>();
            for (int row = 0; row < _rows; row++)
            {
                codes.TryAdd(texts[j].Texts[row], codes.Count);
                _categories[row * _depth + j] = codes[texts[j].Texts[row]];
            }
        }
    }

    public IDataView Sample(int rows, int seed)
    {
        var random = new Random(seed);
        var draws = Enumerable.Range(0, rows).Select(_ => (Row: random.Next(_rows), Rank: random.Next(Neighbours), Place: random.NextDouble())).ToArray();
        var neighbours = new int[rows];
        Parallel.For(0, rows, new ParallelOptions { CancellationToken = _cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            neighbours[i] = Neighbour(draws[i].Row, draws[i].Rank));
        return new DataFrame(_columns.Select((column, j) => column.Numbers is not { } numbers
            ? column.Build(rows, i => neighbours[i])
            : new DoubleDataFrameColumn(column.Name, Enumerable.Range(0, rows).Select(i => Between(numbers[draws[i].Row], numbers[neighbours[i]], draws[i].Place, _decimals[j])))));
    }

    private static double Between(double own, double other, double place, int decimals) =>
        double.IsNaN(own) || double.IsNaN(other) ? other
        : decimals > MaximumDecimals ? own + place * (other - own)
        : Math.Round(own + place * (other - own), decimals);

    private static int Decimals(double[] values)
    {
        int decimals = 0;
        while (decimals <= MaximumDecimals && values.Any(value => Math.Round(value, decimals) != value && !double.IsNaN(value)))
            decimals++;
        return decimals;
    }

    // The rank-th nearest other row.
    private int Neighbour(int row, int rank)
    {
        Span<(float Distance, int Row)> nearest = stackalloc (float, int)[Neighbours];
        nearest.Fill((float.PositiveInfinity, row));
        var point = _points.AsSpan(row * _width, _width);
        var categories = _categories.AsSpan(row * _depth, _depth);
        for (int other = 0; other < _rows; other++)
        {
            if (other == row)
                continue;
            float distance = 0;
            for (int j = 0; j < _depth; j++)
                distance += categories[j] == _categories[other * _depth + j] ? 0 : 1;
            for (int j = 0; j < _width && distance < nearest[^1].Distance; j++)
            {
                float step = point[j] - _points[other * _width + j];
                distance += step * step;
            }
            if (distance >= nearest[^1].Distance)
                continue;
            int at = Neighbours - 1;
            for (; at > 0 && nearest[at - 1].Distance > distance; at--)
                nearest[at] = nearest[at - 1];
            nearest[at] = (distance, other);
        }
        return nearest[rank].Row;
    }
}
