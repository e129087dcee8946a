using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// A <c>Permutation</c> and the <c>LULinear</c> behind it, <c>y = L U x + b</c>. Any order of the features, that of the permutation and those that
/// the layers before and behind want, is an order of rows and columns of matrices and costs nothing. <see cref="FullLinearStep{T}"/> and
/// <see cref="LowRankLinearStep{T}"/> are its two kinds.
/// </summary>
internal abstract class LinearStep<T> where T : unmanaged, ILanes<T>
{
    private const float MinimumDiagonal = 1e-3f;

    private readonly int _lower, _upper, _diagonal, _bias;

    /// <param name="builder">Where the layer gets its places.</param>
    /// <param name="name">Of the linear map in the model.</param>
    /// <param name="order">Feature i behind the permutation is feature <c>order[i]</c> in front of it.</param>
    /// <param name="inputs">The feature, in front of the permutation, that each row of the input panel holds.</param>
    /// <param name="outputs">The feature that each row of the output panel is to hold.</param>
    /// <param name="spec">What it is.</param>
    protected LinearStep(LayoutBuilder builder, string name, int[] order, int[] inputs, int[] outputs, LinearSpec spec)
    {
        int rank = spec.RankOf(order.Length);
        (Dimensions, Rank, UpperScale) = (order.Length, rank, spec.UpperScaleOf(order.Length));
        RowFeature = outputs;
        var behind = new int[Dimensions];
        for (int i = 0; i < Dimensions; i++)
            behind[order[i]] = i;
        ColumnFeature = Array.ConvertAll(inputs, feature => behind[feature]);

        int triangle = checked(rank * (rank - 1) / 2 + (Dimensions - rank) * rank);
        _lower = builder.Learned.Reserve(triangle);
        _upper = builder.Learned.Reserve(triangle);
        _diagonal = builder.Learned.Reserve(Dimensions);
        _bias = builder.Learned.Reserve(Dimensions);
        var rowOf = new int[Dimensions];
        for (int row = 0; row < Dimensions; row++)
            rowOf[RowFeature[row]] = row;
        builder.Map.Add(name + ".lower", triangle, i => _lower + i);
        builder.Map.Add(name + ".upper", triangle, i => _upper + i);
        builder.Map.Add(name + ".diagonal", Dimensions, i => _diagonal + i);
        builder.Map.Add(name + ".bias", Dimensions, i => _bias + rowOf[i]);
    }

    /// <summary>D.</summary>
    protected int Dimensions { get; }

    /// <summary>Columns of L and rows of U that have more than a diagonal.</summary>
    protected int Rank { get; }

    /// <summary>What the learned values of U beside the diagonal are multiplied with.</summary>
    protected float UpperScale { get; }

    /// <summary>The feature behind the permutation that each row of the output panel holds.</summary>
    protected int[] RowFeature { get; }

    /// <summary>The feature behind the permutation that each row of the input panel holds.</summary>
    protected int[] ColumnFeature { get; }

    /// <summary>Fills in what follows from the learned values; returns ln |det| = sum_i ln U_ii.</summary>
    public abstract double Derive(FlowVectors values);

    /// <summary>From the gradient by what is derived to those by the entries of L and U, and to the diagonal that by the log-determinant.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">Its gradient, that by what is derived complete.</param>
    /// <param name="gLogDeterminant">By ln |det|, all points together.</param>
    /// <param name="scratch"><see cref="ReturnScratchLength"/> numbers.</param>
    public abstract void Return(FlowVectors values, FlowVectors gradient, float gLogDeterminant, Span<float> scratch);

    /// <summary>Numbers that <see cref="Return"/> needs for itself.</summary>
    public abstract int ReturnScratchLength { get; }

    /// <summary>y = L U x + b.</summary>
    public abstract void Forward(FlowVectors values, ReadOnlySpan<float> x, Span<float> y, int columns, PanelScratch scratch);

    /// <summary>Adds the gradient by what is derived, and that by b.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">Of the flow.</param>
    /// <param name="gY">(D, columns)</param>
    /// <param name="x">(D, columns)</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="scratch">Room for the call.</param>
    public abstract void ParameterGradient(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> gY, ReadOnlySpan<float> x, int columns, PanelScratch scratch);

    /// <summary>gX = U^T L^T gY.</summary>
    public abstract void InputGradient(FlowVectors values, ReadOnlySpan<float> gY, Span<float> gX, int columns, PanelScratch scratch);

    /// <summary>Replaces y by its x: substitution in L, then in U, feature by feature.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="points">(D, columns)</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="scratch">As large as the points.</param>
    public void Inverse(FlowVectors values, Span<float> points, int columns, Span<float> scratch)
    {
        var bias = Bias(values);
        float[] coefficients = UpperScale == 1 ? [] : ArrayPool<float>.Shared.Rent(Dimensions);
        for (int row = 0; row < Dimensions; row++)
            points.Slice(row * Panel.Columns, columns).CopyTo(scratch[(RowFeature[row] * Panel.Columns)..]);
        for (int row = 0; row < Dimensions; row++)
            Substitution<T>.Shift(scratch[(RowFeature[row] * Panel.Columns)..], -bias[row], columns);
        for (int feature = 0; feature < Dimensions; feature++)
            Substitution<T>.Run(Lower(values, feature), scratch, 0, feature, 1, columns);
        for (int feature = Dimensions - 1; feature >= 0; feature--)
            Substitution<T>.Run(Scaled(Upper(values, feature), coefficients), scratch, feature + 1, feature, 1 / Diagonal(values, feature), columns);
        for (int row = 0; row < Dimensions; row++)
            scratch.Slice(ColumnFeature[row] * Panel.Columns, columns).CopyTo(points[(row * Panel.Columns)..]);
        if (UpperScale != 1)
            ArrayPool<float>.Shared.Return(coefficients);
    }

    /// <summary>What is learned of L in the row of a feature, in front of the diagonal: the rows stand one behind the other.</summary>
    protected Span<float> Lower(FlowVectors vectors, int feature)
    {
        int whole = Math.Min(feature, Rank);
        return vectors.Learned.Slice(_lower + whole * (whole - 1) / 2 + (feature - whole) * Rank, whole);
    }

    /// <summary>What is learned of U in the row of a feature, behind the diagonal and without <see cref="UpperScale"/>.</summary>
    protected Span<float> Upper(FlowVectors vectors, int feature) => feature < Rank
        ? vectors.Learned.Slice(_upper + feature * (2 * Dimensions - feature - 1) / 2, Dimensions - 1 - feature)
        : default;

    private ReadOnlySpan<float> Scaled(ReadOnlySpan<float> upper, float[] room)
    {
        if (UpperScale == 1)
            return upper;
        TensorPrimitives.Multiply(upper, UpperScale, room);
        return room.AsSpan(0, upper.Length);
    }

    /// <summary>U_ii.</summary>
    protected float Diagonal(FlowVectors values, int feature)
    {
        float raw = values.Learned[_diagonal + feature];
        return Math.Max(raw, 0) + MathF.Log(1 + MathF.Exp(-Math.Abs(raw))) + MinimumDiagonal;
    }

    /// <summary>From the gradients by U_ii and by the log-determinant to that by what is learned of it.</summary>
    protected void ReturnDiagonal(FlowVectors values, FlowVectors gradient, int feature, float gDiagonal, float gLogDeterminant) =>
        gradient.Learned[_diagonal + feature] =
            (gDiagonal + gLogDeterminant / Diagonal(values, feature)) / (1 + MathF.Exp(-values.Learned[_diagonal + feature]));

    /// <summary>b, in the order of the output panel.</summary>
    protected Span<float> Bias(FlowVectors vectors) => vectors.Learned.Slice(_bias, Dimensions);
}
