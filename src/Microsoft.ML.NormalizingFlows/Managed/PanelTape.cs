using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>What a <see cref="ManagedFlow{T}"/> computes for one panel of points.</summary>
internal sealed class PanelTape(FlowLayerTape[] layers, FlowSpec spec, int lanes)
{
    /// <summary>Of each layer; when only scoring, layers share what they need.</summary>
    public FlowLayerTape[] Layers { get; } = layers;

    /// <summary>The points made white by the Gaussian of their state, where states are Gaussians.</summary>
    public AlignedArray? White { get; } = spec.Latent is MixtureLatentSpec ? Points(spec, lanes) : null;

    /// <summary>The points behind the standardisation of each state, where there is one.</summary>
    public AlignedArray? Standardized { get; } =
        spec.Layers[0] is StateStandardizationSpec ? Points(spec, lanes) : null;

    /// <summary>The points in the Gaussian space, (D, columns).</summary>
    public AlignedArray Base { get; } = Points(spec, lanes);

    /// <summary>p(m|u) for each component of a base that is a mixture, (M, columns); null where it is N(0, I).</summary>
    public AlignedArray? Components { get; } = spec.Base is MixtureBaseSpec mixture ? new(mixture.Components * Panel.Columns) : null;

    /// <summary>log p(x|z) of standardised points, a row.</summary>
    public AlignedArray LogDensity { get; } = new(Panel.Columns);

    /// <summary>Numbers in all of it.</summary>
    public long Length =>
        Layers.Sum(layer => layer.Length) + Base.Length + (White?.Length ?? 0) + (Standardized?.Length ?? 0) + (Components?.Length ?? 0);

    private static AlignedArray Points(FlowSpec spec, int lanes) =>
        new(Lengths.RoundUp(spec.Dimensions, lanes) * Panel.Columns);
}
