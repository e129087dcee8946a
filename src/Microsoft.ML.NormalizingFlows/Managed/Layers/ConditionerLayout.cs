using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// Where the numbers of a <see cref="Conditioner{T}"/> stand, how what depends on the latent state alone is derived from them, and
/// how the gradient goes back. <see cref="CouplingConditioner"/> and <see cref="MaskedConditioner"/> are its two kinds.
/// </summary>
internal abstract class ConditionerLayout
{
    protected ConditionerLayout(int states, int hidden, double dropout)
    {
        States = states;
        HiddenUnits = hidden;
        Dropout = (float)dropout;
        UnitOf = [.. Enumerable.Range(0, hidden)];
    }

    public abstract DenseSlot Initial { get; }

    public abstract DenseSlot Final { get; }

    public abstract ConditionerBlock[] Blocks { get; }

    /// <summary>b(z), what the state adds to W0 x; derived.</summary>
    public abstract TableSlot InitialBias { get; }

    /// <summary>The linear layer of the one-hot state behind b(z), learned; null for a single state.</summary>
    public abstract TableSlot? InitialContext { get; }

    /// <summary>1 where relu lets that layer pass, else 0; derived; null where no relu is behind it.</summary>
    public virtual TableSlot? InitialSwitch => null;

    /// <summary>Whether blocks have gates.</summary>
    public abstract bool IsGated { get; }

    /// <summary>Share of units to drop while training.</summary>
    public float Dropout { get; }

    /// <summary>The unit, in the order of the model, that each hidden row holds.</summary>
    public int[] UnitOf { get; protected init; }

    protected int States { get; }

    protected int HiddenUnits { get; }

    /// <summary>The context tables have a row for each state, where there is more than one.</summary>
    protected bool HasContext => States > 1;

    /// <summary>Fills the tables.</summary>
    public abstract void Derive(FlowVectors values);

    /// <summary>From the gradient by the tables to that by what is learned.</summary>
    public abstract void Return(FlowVectors values, FlowVectors gradient);

    protected static void MapBias(LayoutBuilder builder, string name, DenseSlot slot) =>
        builder.Map.Add(name + ".bias", slot.Outputs, output => slot.Bias + output);
}

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
