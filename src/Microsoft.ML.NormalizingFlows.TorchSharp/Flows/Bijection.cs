using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// An invertible, differentiable map f of R^D, possibly another one for each context, with an exact Jacobian:
/// <c>ln p(x | c) = ln N(f(x; c); 0, I) + ln |det df/dx|</c> (Rezende and Mohamed 2015, Variational Inference with
/// Normalizing Flows). Forward goes from data to noise. Rows do not depend on one another, nothing is cached from one
/// call to the next, and an empty batch is a batch.
/// </summary>
internal abstract class Bijection : nn.Module
{
    /// <param name="name">The name of the kind of map.</param>
    /// <param name="dimensions">D, 1 or more.</param>
    /// <param name="contextWidth">C, the columns of the context; 0 where the map takes no context and ignores any.</param>
    protected Bijection(string name, int dimensions, int contextWidth = 0) : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(contextWidth);
        Dimensions = dimensions;
        ContextWidth = contextWidth;
    }

    public int Dimensions { get; }

    public int ContextWidth { get; }

    /// <summary>Data to noise: f(x; c) and ln |det df/dx|.</summary>
    /// <param name="x">(B, D)</param>
    /// <param name="context">(B, C): a one-hot latent state, or any real vector.</param>
    /// <exception cref="ArgumentException">A shape is not the one above.</exception>
    public ValueAndLogDeterminant Forward(Tensor x, Tensor? context = null)
    {
        CheckShapes(x, context);
        using var scope = NewDisposeScope();
        return Outward(ForwardCore(x, context));
    }

    /// <summary>Noise to data: f^-1(y; c) and ln |det df^-1/dy|.</summary>
    /// <param name="y">(B, D)</param>
    /// <param name="context">(B, C), as in <see cref="Forward"/>.</param>
    /// <exception cref="ArgumentException">A shape is not the one above.</exception>
    public ValueAndLogDeterminant Inverse(Tensor y, Tensor? context = null)
    {
        CheckShapes(y, context);
        using var scope = NewDisposeScope();
        return Outward(InverseCore(y, context));
    }

    /// <summary><see cref="Forward"/> of checked shapes; both results are new tensors, all others are freed by the caller.</summary>
    protected abstract ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context);

    /// <summary><see cref="Inverse"/> of checked shapes; both results are new tensors, all others are freed by the caller.</summary>
    protected abstract ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context);

    private static ValueAndLogDeterminant Outward(ValueAndLogDeterminant result)
    {
        result.Value.MoveToOuterDisposeScope();
        result.LogDeterminant.MoveToOuterDisposeScope();
        return result;
    }

    // Native code answers some wrong shapes by ending the process, so they never get there.
    private void CheckShapes(Tensor points, Tensor? context)
    {
        long[] shape = points.shape;
        if (shape.Length != 2 || shape[1] != Dimensions)
            throw new ArgumentException($"The points have shape ({string.Join(", ", shape)}), not (B, {Dimensions}).");
        if (ContextWidth == 0)
            return;
        if (context is null)
            throw new ArgumentException($"A context of shape ({shape[0]}, {ContextWidth}) is needed.");
        long[] contextShape = context.shape;
        if (contextShape.Length != 2 || contextShape[0] != shape[0] || contextShape[1] != ContextWidth)
            throw new ArgumentException(
                $"The context has shape ({string.Join(", ", contextShape)}), not ({shape[0]}, {ContextWidth}).");
    }
}
