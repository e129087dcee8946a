using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// A linear map in LU form, <c>y = L U x + b</c>: L unit lower triangular, U upper triangular with the diagonal
/// <c>softplus(u) + 1e-3</c>, so that it is always invertible and <c>ln |det| = sum_i ln U_ii</c> takes no more than D
/// logarithms (Oliva et al. 2018, Transformation Autoregressive Networks). The inverse solves two triangular systems. Of rank r, only the first r
/// columns of L and rows of U have more than a diagonal.
/// </summary>
internal sealed class LULinear : Bijection
{
    private readonly int _rank;
    private readonly double _upperScale;
    private readonly Parameter lower;
    private readonly Parameter upper;
    private readonly Parameter diagonal;
    private readonly Parameter bias;
    private readonly Tensor lowerIndex;
    private readonly Tensor upperIndex;

    /// <param name="dimensions">D.</param>
    /// <param name="spec">What it is; null for full rank.</param>
    public LULinear(int dimensions, LinearSpec? spec = null) : base(nameof(LULinear), dimensions)
    {
        spec ??= new LinearSpec();
        (_rank, _upperScale) = (spec.RankOf(dimensions), spec.UpperScaleOf(dimensions));
        // What is learned beside the diagonal, row by row, as positions in the flattened first columns (D, r) of L and first rows (r, D) of U.
        var below = new List<long>();
        var above = new List<long>();
        for (long row = 0; row < dimensions; row++)
            for (long column = 0; column < Math.Min(row, _rank); column++)
                below.Add(row * _rank + column);
        for (long row = 0; row < _rank; row++)
            for (long column = row + 1; column < dimensions; column++)
                above.Add(row * dimensions + column);
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
        var (l, u, rest, logDeterminant) = Factors();
        Tensor mixed = nn.functional.linear(x, u);
        Tensor scaled = _rank < Dimensions ? cat([mixed, x.narrow(1, _rank, Dimensions - _rank) * rest], 1) : mixed;
        return new(scaled.Plus(nn.functional.linear(mixed, l, bias)), logDeterminant.repeat(x.shape[0]));
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        var (l, u, rest, logDeterminant) = Factors();
        Tensor columns = (y - bias).t();
        Tensor mixed = linalg.solve_triangular(
            l.narrow(0, 0, _rank).Plus(eye(_rank, dtype: bias.dtype, device: bias.device)), columns.narrow(0, 0, _rank), upper: false, unitriangular: true);
        Tensor others = (columns.narrow(0, _rank, Dimensions - _rank) - l.narrow(0, _rank, Dimensions - _rank).mm(mixed)) / rest.unsqueeze(1);
        mixed = linalg.solve_triangular(u.narrow(1, 0, _rank), mixed - u.narrow(1, _rank, Dimensions - _rank).mm(others), upper: true);
        return new(cat([mixed, others], 0).t().contiguous(), (-logDeterminant).repeat(y.shape[0]));
    }

    // L without its diagonal, (D, r); U, (r, D); the rest of the diagonal of U, (D - r).
    private (Tensor L, Tensor U, Tensor Others, Tensor LogDeterminant) Factors()
    {
        Tensor positive = diagonal.Softplus().Plus(ParameterLimits.MinimumDiagonal);
        Tensor l = Scatter(lowerIndex, lower, Dimensions, _rank);
        Tensor u = Scatter(upperIndex, _upperScale == 1 ? upper : upper.Times(_upperScale), _rank, Dimensions);
        Tensor first = diag(positive.narrow(0, 0, _rank));
        return (l, u.Plus(_rank < Dimensions ? nn.functional.pad(first, [0, Dimensions - _rank]) : first), positive.narrow(0, _rank, Dimensions - _rank), positive.log().sum());
    }

    private Tensor Scatter(Tensor index, Tensor entries, int rows, int columns) =>
        zeros((long)rows * columns, bias.dtype, bias.device).scatter(0, index, entries).view(rows, columns);
}
