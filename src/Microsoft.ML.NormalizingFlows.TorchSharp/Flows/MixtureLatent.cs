using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The latent states as the components of a Gaussian mixture of the rows, <c>sum_k w_k N(x; m_k, C_k)</c>, fitted before training. It
/// gives three things at once: the prior <c>p(z) = w</c>; an encoder that needs no network, <c>q(z|x)</c>, the posterior of the mixture;
/// and a map of its own for each state in front of the layers that all share, which makes its component white,
/// <c>y = W_k (x - m_k)</c> with <c>W_k C_k W_k' = I</c>, W lower triangular, <c>ln |det| = sum_i ln W_kii</c>. With q given, the bound
/// <c>E_q[log p(x, z) - log q(z|x)]</c> is tight where the flow learns <c>p(x|k)</c> proportional to <c>p(x) q(k|x)</c>: nothing is lost
/// by not learning q.
/// </summary>
internal sealed class MixtureLatent : Bijection
{
    private readonly Parameter logWeights;
    private readonly Parameter means;
    private readonly Parameter whitening;
    private readonly Tensor packedIndex;
    private readonly Tensor diagonalIndex;

    /// <param name="states">K, the width of the context.</param>
    /// <param name="dimensions">D.</param>
    public MixtureLatent(int states, int dimensions) : base(nameof(MixtureLatent), dimensions, states)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        logWeights = ModuleTensors.Fitted(states);
        means = ModuleTensors.Fitted(states, dimensions);
        whitening = ModuleTensors.Fitted(states, PackedTriangle.Length(dimensions));
        var rows = Enumerable.Range(0, dimensions);
        packedIndex = ModuleTensors.Constant([.. rows.SelectMany(row => Enumerable.Range(0, row + 1).Select(column => (long)row * dimensions + column))]);
        diagonalIndex = ModuleTensors.Constant([.. rows.Select(row => (long)PackedTriangle.Diagonal(row))]);
        RegisterComponents();
    }

    /// <summary>ln w, (K).</summary>
    public Tensor LogWeights => logWeights;

    /// <summary>ln (K w_z), (B), of one-hot states (B, K): what a state weighs beside an even one.</summary>
    public Tensor LogWeight(Tensor context) => (context * logWeights.Plus(Math.Log(ContextWidth))).sum(1L);

    /// <summary>The logits of q(z|x), (B, K), of standardised rows (B, D): ln w_k + ln N(x; m_k, C_k), but for what all states share.</summary>
    public Tensor Logits(Tensor x)
    {
        var sizes = LogDeterminants();
        var logits = new List<Tensor>();
        for (int k = 0; k < ContextWidth; k++)
        {
            var white = Whiten(x, k);
            logits.Add((white * white).sum(1L).Times(-0.5).Plus(logWeights[k]).Plus(sizes[k]));
        }
        return stack([.. logits], 1);
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        var y = zeros_like(x);
        for (int k = 0; k < ContextWidth; k++)
            y = y.Plus(Column(context!, k) * Whiten(x, k));
        return new(y, context!.matmul(LogDeterminants()));
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        var x = zeros_like(y);
        for (int k = 0; k < ContextWidth; k++)
            x = x.Plus(Column(context!, k) * linalg.solve_triangular(Matrix(k), y.t(), upper: false).t().Plus(means[k]));
        return new(x, -context!.matmul(LogDeterminants()));
    }

    private Tensor Whiten(Tensor x, int state) => (x - means[state]).matmul(Matrix(state).t());

    // (K)
    private Tensor LogDeterminants() => whitening.index_select(1, diagonalIndex).AtLeast(ParameterLimits.MinimumWhitening).log().sum(1L);

    private Tensor Matrix(int state) => zeros((long)Dimensions * Dimensions, whitening.dtype, whitening.device)
        .scatter(0, packedIndex, whitening[state]).view(Dimensions, Dimensions);

    // (B, 1)
    private static Tensor Column(Tensor context, int state) => context.narrow(1, state, 1);
}
