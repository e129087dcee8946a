using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// A <c>Permutation</c> and the <c>LULinear</c> behind it as one matrix, <c>y = M x + b</c>: M = L U
/// is multiplied once for each change of the parameters. Any order of the features, that of the permutation and those that
/// the layers before and behind want, is an order of the rows and columns of M and costs nothing.
/// </summary>
internal sealed class LinearStep<T> where T : unmanaged, ILanes<T>
{
    private const float MinimumDiagonal = 1e-3f;

    private readonly int _dimensions;
    private readonly int _stride;
    private readonly int[] _rowFeature;
    private readonly int[] _columnFeature;
    private readonly int _lower, _upper, _diagonal, _bias;
    private readonly TableSlot _product, _leftFactor, _rightFactor;

    /// <param name="builder">Where the layer gets its places.</param>
    /// <param name="name">Of the linear map in the model.</param>
    /// <param name="order">Feature i behind the permutation is feature <c>order[i]</c> in front of it.</param>
    /// <param name="inputs">The feature, in front of the permutation, that each row of the input panel holds.</param>
    /// <param name="outputs">The feature that each row of the output panel is to hold.</param>
    public LinearStep(LayoutBuilder builder, string name, int[] order, int[] inputs, int[] outputs)
    {
        _dimensions = order.Length;
        _rowFeature = outputs;
        var behind = new int[_dimensions];
        for (int i = 0; i < _dimensions; i++)
            behind[order[i]] = i;
        _columnFeature = Array.ConvertAll(inputs, feature => behind[feature]);

        int triangle = checked(_dimensions * (_dimensions - 1) / 2);
        _lower = builder.Learned.Reserve(triangle);
        _upper = builder.Learned.Reserve(triangle);
        _diagonal = builder.Learned.Reserve(_dimensions);
        _bias = builder.Learned.Reserve(_dimensions);
        var rowOf = new int[_dimensions];
        for (int row = 0; row < _dimensions; row++)
            rowOf[_rowFeature[row]] = row;
        builder.Map.Add(name + ".lower", triangle, i => _lower + i);
        builder.Map.Add(name + ".upper", triangle, i => _upper + i);
        builder.Map.Add(name + ".diagonal", _dimensions, i => _diagonal + i);
        builder.Map.Add(name + ".bias", _dimensions, i => _bias + rowOf[i]);

        _product = builder.Derived.ReserveTable(_dimensions, _dimensions);
        _leftFactor = builder.Derived.ReserveTable(_dimensions, _dimensions);
        _rightFactor = builder.Derived.ReserveTable(_dimensions, _dimensions);
        _stride = _product.Stride;
    }

    /// <summary>Multiplies L U; returns ln |det| = sum_i ln U_ii.</summary>
    public double Derive(FlowVectors values)
    {
        var learned = values.Learned;
        Span<float> left = _leftFactor.Of(values.Derived), right = _rightFactor.Of(values.Derived);
        double logDeterminant = 0;
        for (int row = 0; row < _dimensions; row++)
        {
            int feature = _rowFeature[row];
            learned.Slice(LowerRow(feature), feature).CopyTo(left[(row * _stride)..]);
            left[row * _stride + feature] = 1;
        }
        for (int column = 0; column < _dimensions; column++)
        {
            int feature = _columnFeature[column];
            for (int row = 0; row < feature; row++)
                right[row * _stride + column] = learned[UpperRow(row) + feature - row - 1];
            float diagonal = Diagonal(learned[_diagonal + feature]);
            right[feature * _stride + column] = diagonal;
            logDeterminant += Math.Log(diagonal);
        }
        Product(new LeftFactor(left, _stride, 1), right, _product.Of(values.Derived));
        return logDeterminant;
    }

    /// <summary>
    /// From the gradient by M to those by the entries of L and U: <c>gL = gM U^T</c>, <c>gU = L^T gM</c>, and to the diagonal that
    /// by the log-determinant.
    /// </summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">Its gradient, that by M complete.</param>
    /// <param name="gLogDeterminant">By ln |det|, all points together.</param>
    /// <param name="scratch">Two tables of this size.</param>
    public void Return(FlowVectors values, FlowVectors gradient, float gLogDeterminant, Span<float> scratch)
    {
        Span<float> gProduct = _product.Of(gradient.Derived), gFactor = scratch[.._product.Length];
        Span<float> left = _leftFactor.Of(values.Derived), right = _rightFactor.Of(values.Derived);
        var learned = gradient.Learned;

        var transposed = scratch.Slice(_product.Length, _product.Length);
        Transposition<T>.Run(right, _stride, transposed, _stride, _dimensions, _dimensions);
        Product(new LeftFactor(gProduct, _stride, 1), transposed, gFactor);
        for (int row = 0; row < _dimensions; row++)
        {
            int feature = _rowFeature[row];
            gFactor.Slice(row * _stride, feature).CopyTo(learned[LowerRow(feature)..]);
        }

        Product(new LeftFactor(left, 1, _stride), gProduct, gFactor);
        for (int column = 0; column < _dimensions; column++)
        {
            int feature = _columnFeature[column];
            for (int row = 0; row < feature; row++)
                learned[UpperRow(row) + feature - row - 1] = gFactor[row * _stride + column];
            float raw = values.Learned[_diagonal + feature];
            learned[_diagonal + feature] = (gFactor[feature * _stride + column] + gLogDeterminant / Diagonal(raw)) / (1 + MathF.Exp(-raw));
        }
    }

    /// <summary>Numbers that <see cref="Return"/> needs for itself.</summary>
    public int ReturnScratchLength => 2 * _product.Length;

    /// <summary>y = M x + b.</summary>
    public void Forward(FlowVectors values, ReadOnlySpan<float> x, Span<float> y, int columns) =>
        MatrixProduct<T>.Run(
            new LeftFactor(_product.Of(values.Derived), _stride, 1), x, Panel.Columns, y, Panel.Columns, _dimensions, columns, _dimensions,
            ProductStart.Bias, values.Learned.Slice(_bias, _dimensions));

    /// <summary>Adds gY X^T to the gradient by M, and the row sums of gY to that by b.</summary>
    /// <param name="gradient">Of the flow.</param>
    /// <param name="gY">(D, columns)</param>
    /// <param name="x">(D, columns)</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="scratch">As many rows of M as a panel has columns.</param>
    public void ParameterGradient(FlowVectors gradient, ReadOnlySpan<float> gY, ReadOnlySpan<float> x, int columns, Span<float> scratch)
    {
        int width = Lengths.RoundUp(_dimensions, T.Count);
        DenseLayer<T>.Transpose(x, _dimensions, width, scratch, columns);
        MatrixProduct<T>.Run(
            new LeftFactor(gY, Panel.Columns, 1), scratch, width, _product.Of(gradient.Derived), _stride, _dimensions, width, columns,
            ProductStart.Target);
        Elementwise<T>.AddRowSums(gY, gradient.Learned.Slice(_bias, _dimensions), _dimensions, columns);
    }

    /// <summary>gX = M^T gY.</summary>
    public void InputGradient(FlowVectors values, ReadOnlySpan<float> gY, Span<float> gX, int columns) =>
        MatrixProduct<T>.Run(
            new LeftFactor(_product.Of(values.Derived), 1, _stride), gY, Panel.Columns, gX, Panel.Columns, _dimensions, columns, _dimensions);

    /// <summary>Replaces y by its x: substitution in L, then in U, feature by feature.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="points">(D, columns)</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="scratch">As large as the points.</param>
    public void Inverse(FlowVectors values, Span<float> points, int columns, Span<float> scratch)
    {
        var learned = values.Learned;
        for (int row = 0; row < _dimensions; row++)
            points.Slice(row * Panel.Columns, columns).CopyTo(scratch[(_rowFeature[row] * Panel.Columns)..]);
        for (int row = 0; row < _dimensions; row++)
            Substitution<T>.Shift(scratch[(_rowFeature[row] * Panel.Columns)..], -learned[_bias + row], columns);
        for (int feature = 0; feature < _dimensions; feature++)
            Substitution<T>.Run(learned.Slice(LowerRow(feature), feature), scratch, 0, feature, 1, columns);
        for (int feature = _dimensions - 1; feature >= 0; feature--)
        {
            var coefficients = learned.Slice(UpperRow(feature), _dimensions - 1 - feature);
            Substitution<T>.Run(coefficients, scratch, feature + 1, feature, 1 / Diagonal(learned[_diagonal + feature]), columns);
        }
        for (int row = 0; row < _dimensions; row++)
            scratch.Slice(_columnFeature[row] * Panel.Columns, columns).CopyTo(points[(row * Panel.Columns)..]);
    }

    private void Product(LeftFactor a, ReadOnlySpan<float> b, Span<float> c) =>
        MatrixProduct<T>.Run(a, b, _stride, c, _stride, _dimensions, Lengths.RoundUp(_dimensions, T.Count), _dimensions);

    private static float Diagonal(float raw) => Math.Max(raw, 0) + MathF.Log(1 + MathF.Exp(-Math.Abs(raw))) + MinimumDiagonal;

    // The strict triangles stand row by row.
    private int LowerRow(int row) => _lower + row * (row - 1) / 2;

    private int UpperRow(int row) => _upper + row * (2 * _dimensions - row - 1) / 2;
}
