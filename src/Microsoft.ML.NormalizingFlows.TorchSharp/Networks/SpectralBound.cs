using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// A bound on the greatest singular value of a matrix that is never below it and a few hundredths above it at most, without a state that power iteration
/// would carry from step to step: <c>|W| &lt;= |(W W')^m|_F^(1/2m)</c> with m = 32, five squarings. With r singular values it is within <c>r^(1/4m)</c>.
/// </summary>
internal static class SpectralBound
{
    private const int Squarings = 5;

    // Under the root of a norm: the gradient of a matrix of zeros is no NaN.
    private const double Nothing = 1e-24;

    /// <summary>The matrix, divided so that its greatest singular value is at most <paramref name="limit"/>; as it is where that holds.</summary>
    public static Tensor Limit(Tensor matrix, double limit) => matrix * (Of(matrix).AtLeast(limit).reciprocal().Times(limit));

    public static Tensor Of(Tensor matrix)
    {
        Tensor product = matrix.shape[0] <= matrix.shape[1] ? matrix.mm(matrix.t()) : matrix.t().mm(matrix), logarithm = zeros(1, matrix.dtype, matrix.device);
        for (int i = 0; i < Squarings; i++)
        {
            Tensor norm = Norm(product), scaled = product / norm;
            logarithm = logarithm.Plus(norm.log()).Times(2);
            product = scaled.mm(scaled);
        }
        return logarithm.Plus(Norm(product).log()).Times(0.5 / (1 << Squarings)).exp();
    }

    private static Tensor Norm(Tensor matrix) => (matrix * matrix).sum().Plus(Nothing).sqrt();
}
