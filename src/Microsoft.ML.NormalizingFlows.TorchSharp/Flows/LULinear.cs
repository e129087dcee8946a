using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// A linear map in LU form, <c>y = L U x + b</c>: L unit lower triangular, U upper triangular with the diagonal
/// <c>softplus(u) + 1e-3</c>, so that it is always invertible and <c>ln |det| = sum_i ln U_ii</c> takes no more than D
/// logarithms (Oliva et al. 2018, Transformation Autoregressive Networks). The inverse solves two triangular systems.
/// </summary>
internal sealed class LULinear : Bijection
{
    private readonly Parameter lower;
    private readonly Parameter upper;
    private readonly Parameter diagonal;
    private readonly Parameter bias;
    private readonly Tensor lowerIndex;
    private readonly Tensor upperIndex;

    public LULinear(int dimensions) : base(nameof(LULinear), dimensions)
    {
        // The strict triangles, row by row, as positions in a flattened (D, D) matrix.
        var below = new List<long>();
        var above = new List<long>();
        for (long row = 0; row < dimensions; row++)
            for (long column = 0; column < dimensions; column++)
                if (column != row)
                    (column < row ? below : above).Add(row * dimensions + column);
        lowerIndex = ModuleTensors.Constant([.. below]);
        upperIndex = ModuleTensors.Constant([.. above]);

        lower = ModuleTensors.Learned(below.Count);
        upper = ModuleTensors.Learned(above.Count);
        diagonal = ModuleTensors.Learned(dimensions);
        bias = ModuleTensors.Learned(dimensions);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        var (l, u, logDeterminant) = Factors();
        Tensor value = nn.functional.linear(nn.functional.linear(x, u), l, bias);
        return new(value, logDeterminant.repeat(x.shape[0]));
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        var (l, u, logDeterminant) = Factors();
        Tensor columns = (y - bias).t();
        columns = linalg.solve_triangular(l, columns, upper: false, unitriangular: true);
        columns = linalg.solve_triangular(u, columns, upper: true);
        return new(columns.t().contiguous(), (-logDeterminant).repeat(y.shape[0]));
    }

    private (Tensor L, Tensor U, Tensor LogDeterminant) Factors()
    {
        Tensor positive = diagonal.Softplus().Plus(ParameterLimits.MinimumDiagonal);
        Tensor l = Triangle(lowerIndex, lower).Plus(eye(Dimensions, dtype: bias.dtype, device: bias.device));
        Tensor u = Triangle(upperIndex, upper).Plus(diag(positive));
        return (l, u, positive.log().sum());
    }

    private Tensor Triangle(Tensor index, Tensor entries) =>
        zeros((long)Dimensions * Dimensions, bias.dtype, bias.device).scatter(0, index, entries).view(Dimensions, Dimensions);
}
