using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>The factors of a linear map, <c>y = L U x + b</c>, in Double: L without its diagonal of ones, U with its diagonal.</summary>
internal sealed class Factors
{
    private readonly int _dimensions;
    private readonly double[] _lower, _upper;        // (D, r), (r, D)

    public Factors(int dimensions, LinearSpec spec, LearnedValues values, string name)
    {
        (_dimensions, Rank) = (dimensions, spec.RankOf(dimensions));
        Bias = values[name + ".bias"];
        Diagonal = [.. values[name + ".diagonal"].Select(raw => Math.Max(raw, 0) + double.LogP1(Math.Exp(-Math.Abs((double)raw))) + ParameterLimits.MinimumDiagonal)];
        (_lower, _upper) = (new double[dimensions * Rank], new double[Rank * dimensions]);
        int next = 0;
        float[] below = values[name + ".lower"], above = values[name + ".upper"];
        for (int row = 0; row < dimensions; row++)
        {
            for (int column = 0; column < Math.Min(row, Rank); column++)
                _lower[row * Rank + column] = below[next++];
        }
        next = 0;
        for (int row = 0; row < Rank; row++)
        {
            _upper[row * dimensions + row] = Diagonal[row];
            for (int column = row + 1; column < dimensions; column++)
                _upper[row * dimensions + column] = above[next++] * spec.UpperScaleOf(dimensions);
        }
    }

    public int Dimensions => _dimensions;

    /// <summary>r: only so many columns of L and rows of U have more than a diagonal.</summary>
    public int Rank { get; }

    public float[] Bias { get; }

    /// <summary>That of U.</summary>
    public double[] Diagonal { get; }

    public double LogDeterminant => Diagonal.Sum(Math.Log);

    /// <summary>Columns of U as rows, (D, r).</summary>
    public float[] UpperTransposed() => Transposed(_upper, Rank, _dimensions);

    /// <summary>The first columns of L, with their ones, as rows, (r, D).</summary>
    public float[] LowerTransposed()
    {
        float[] transposed = Transposed(_lower, _dimensions, Rank);
        for (int i = 0; i < Rank; i++)
            transposed[i * _dimensions + i] = 1;
        return transposed;
    }

    /// <summary>(L U)', (D, D), of full rank.</summary>
    public float[] ProductTransposed()
    {
        int d = _dimensions;
        var product = new float[d * d];
        var row = new double[d];
        for (int i = 0; i < d; i++)
        {
            Array.Copy(_upper, i * d, row, 0, d);
            for (int k = 0; k < i; k++)
            {
                double l = _lower[i * d + k];
                for (int j = k; j < d; j++)
                    row[j] += l * _upper[k * d + j];
            }
            for (int j = 0; j < d; j++)
                product[j * d + i] = (float)row[j];
        }
        return product;
    }

    /// <summary>L'^-1 of the first r rows and columns, (r, r).</summary>
    public float[] InverseOfLowerTransposed()
    {
        int r = Rank;
        var inverse = new double[r * r];
        for (int column = 0; column < r; column++)
        {
            for (int i = column; i < r; i++)
            {
                double rest = i == column ? 1 : 0;
                for (int k = column; k < i; k++)
                    rest -= _lower[i * r + k] * inverse[k * r + column];
                inverse[i * r + column] = rest;
            }
        }
        return Transposed(inverse, r, r);
    }

    /// <summary>U'^-1 of the first r rows and columns, (r, r).</summary>
    public float[] InverseOfUpperTransposed()
    {
        int r = Rank;
        var inverse = new double[r * r];
        for (int column = 0; column < r; column++)
        {
            for (int i = column; i >= 0; i--)
            {
                double rest = i == column ? 1 : 0;
                for (int k = i + 1; k <= column; k++)
                    rest -= _upper[i * _dimensions + k] * inverse[k * r + column];
                inverse[i * r + column] = rest / Diagonal[i];
            }
        }
        return Transposed(inverse, r, r);
    }

    private static float[] Transposed(double[] matrix, int rows, int columns)
    {
        var transposed = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                transposed[j * rows + i] = (float)matrix[i * columns + j];
        }
        return transposed;
    }
}

/// <summary>Writes a linear map of full rank as one product.</summary>
internal sealed class LinearWriter(Factors factors) : LayerWriter
{
    private readonly int _dimensions = factors.Dimensions;

    public override double LogDeterminant => factors.LogDeterminant;

    public override Mapped Forward(OnnxValue x, RowContext at) =>
        new(x.Times(at.Graph.Constant(factors.ProductTransposed(), _dimensions, _dimensions)) + at.Graph.Constant(factors.Bias, _dimensions));

    public override OnnxValue Inverse(OnnxValue y, RowContext at) => (y - at.Graph.Constant(factors.Bias, _dimensions))
        .Times(at.Graph.Constant(factors.InverseOfLowerTransposed(), _dimensions, _dimensions))
        .Times(at.Graph.Constant(factors.InverseOfUpperTransposed(), _dimensions, _dimensions));
}

/// <summary>Writes a linear map of low rank: r features become mixtures of all, and all others depend on those.</summary>
internal sealed class LowRankWriter(Factors factors) : LayerWriter
{
    private readonly int _dimensions = factors.Dimensions, _rank = factors.Rank;

    public override double LogDeterminant => factors.LogDeterminant;

    public override Mapped Forward(OnnxValue x, RowContext at)
    {
        var mixed = x.Times(at.Graph.Constant(factors.UpperTransposed(), _dimensions, _rank));
        var others = x * at.Graph.Constant(factors.Diagonal.Select((value, i) => i < _rank ? 0 : (float)value), _dimensions);
        return new(mixed.Times(at.Graph.Constant(factors.LowerTransposed(), _rank, _dimensions)) + others + at.Graph.Constant(factors.Bias, _dimensions));
    }

    public override OnnxValue Inverse(OnnxValue y, RowContext at)
    {
        int rest = _dimensions - _rank;
        var columns = y - at.Graph.Constant(factors.Bias, _dimensions);
        var mixed = columns.Slice(0, _rank, 2).Times(at.Graph.Constant(factors.InverseOfLowerTransposed(), _rank, _rank));
        float[] lower = [.. factors.LowerTransposed().Where((_, i) => i % _dimensions >= _rank)], upper = factors.UpperTransposed()[(_rank * _rank)..];
        var others = (columns.Slice(_rank, rest, 2) - mixed.Times(at.Graph.Constant(lower, _rank, rest))) / at.Graph.Constant(factors.Diagonal.Skip(_rank).Select(value => (float)value), rest);
        mixed = (mixed - others.Times(at.Graph.Constant(upper, rest, _rank))).Times(at.Graph.Constant(factors.InverseOfUpperTransposed(), _rank, _rank));
        return OnnxValue.Concat(2, mixed, others);
    }
}
