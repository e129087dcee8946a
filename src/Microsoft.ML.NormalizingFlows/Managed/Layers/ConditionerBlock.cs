using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// A residual block, <c>h + g(z) (W1 dropout(relu(W0 relu(h) + b(z))) + b1)</c>: in a coupling the latent state opens the gate g
/// and b is constant (<c>ResidualBlock</c>); in an autoregressive layer it gives b and there is no gate
/// (<c>MaskedResidualBlock</c>).
/// </summary>
/// <param name="First">W0 and its bias.</param>
/// <param name="Second">W1 and b1.</param>
/// <param name="Context">The linear layer of the one-hot state, a row a state; learned, where there is more than one state.</param>
/// <param name="ContextBias">The place of its bias.</param>
/// <param name="Bias">b(z), derived.</param>
/// <param name="Gate">g(z), derived; null for no gate.</param>
internal sealed record ConditionerBlock(
    DenseSlot First, DenseSlot Second, TableSlot? Context, int ContextBias, TableSlot Bias, TableSlot? Gate);
