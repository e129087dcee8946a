using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The Jacobian of a network of dense layers for each row, <c>J = W_L S_L-1 W_L-1 ... S_1 W_1</c>, by as many tangents as it has features or first hidden
/// units, whichever are fewer: with <c>J = A B</c>, <c>B = S_L-1 ... W_1</c>, its trace is that of <c>B A</c> and <c>det (I + A B) = det (I + B A)</c>
/// (Sylvester), so that both are exact in any width and no series is cut off or left to chance.
/// </summary>
/// <param name="weights">W_1 to W_L; the last has as many rows as the first has columns.</param>
/// <param name="slopes">S_1 to S_L-1 of each row, each (B, hidden units).</param>
/// <param name="isWithin">1 for features that the network sees, 0 for those beyond its range, (B, D); null for all.</param>
internal sealed class NetworkJacobian(Tensor[] weights, Tensor[] slopes, Tensor? isWithin = null)
{
    private readonly bool _isTurned = weights[0].shape[1] > weights[0].shape[0];

    /// <summary>tr J, (B).</summary>
    public Tensor Trace() => Square().diagonal(0, 1, 2).sum(1L);

    /// <summary>ln |det (I + J)|, (B).</summary>
    public Tensor LogDeterminant() => linalg.slogdet(WithIdentity()).Item2;

    /// <summary>(I + J)^-1 v, (B, D).</summary>
    /// <param name="vector">v, (B, D).</param>
    public Tensor Solve(Tensor vector)
    {
        if (!_isTurned)
            return linalg.solve(WithIdentity(), vector.unsqueeze(2)).squeeze(2);
        // With u = v - A a it is a = B u, so that (I + B A) a = B v.
        Tensor seen = isWithin is null ? vector : vector * isWithin;
        Tensor hidden = linalg.solve(WithIdentity(), Behind(nn.functional.linear(seen, weights[0]).unsqueeze(2))).squeeze(2);
        return vector - nn.functional.linear(hidden, weights[^1]);
    }

    /// <summary>The same as far as its numbers go; no gradient flows through it.</summary>
    public NetworkJacobian Detach() => new([.. weights.Select(weight => weight.detach())], [.. slopes.Select(slope => slope.detach())], isWithin);

    // J, or B A, (B, n, n).
    private Tensor Square()
    {
        Tensor first = isWithin is null ? weights[0] : weights[0] * isWithin.unsqueeze(1);
        return _isTurned ? Behind(first.matmul(weights[^1])) : weights[^1].matmul(Behind(first));
    }

    // S_L-1 W_L-1 ... S_1 of tangents of the first hidden units, (B, hidden units, n).
    private Tensor Behind(Tensor tangents)
    {
        tangents = slopes[0].unsqueeze(2) * tangents;
        for (int i = 1; i < slopes.Length; i++)
            tangents = slopes[i].unsqueeze(2) * weights[i].matmul(tangents);
        return tangents;
    }

    private Tensor WithIdentity()
    {
        Tensor square = Square();
        return square.Plus(eye(square.shape[1], dtype: square.dtype, device: square.device));
    }
}
