using Microsoft.ML.NormalizingFlows.Compiled.Kernels;
using Microsoft.ML.NormalizingFlows.Compiled.Layers;

namespace Microsoft.ML.NormalizingFlows.Compiled;

/// <summary>What a <see cref="CompiledFlow{T}"/> computes for one panel of points.</summary>
internal sealed class PanelTape(FlowLayerTape[] layers, int dimensions, int lanes, bool standardizesStates, int components)
{
    /// <summary>Of each layer; when only scoring, layers share what they need.</summary>
    public FlowLayerTape[] Layers { get; } = layers;

    /// <summary>The points behind the standardisation of each state, where there is one.</summary>
    public AlignedArray? Standardized { get; } = standardizesStates ? new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns) : null;

    /// <summary>The points in the Gaussian space, (D, columns).</summary>
    public AlignedArray Base { get; } = new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns);

    /// <summary>p(m|u) for each component of a base that is a mixture, (M, columns); null where it is N(0, I).</summary>
    public AlignedArray? Components { get; } = components > 1 ? new(components * Panel.Columns) : null;

    /// <summary>log p(x|z) of standardised points, a row.</summary>
    public AlignedArray LogDensity { get; } = new(Panel.Columns);

    /// <summary>Numbers in all of it.</summary>
    public long Length => Layers.Sum(layer => layer.Length) + Base.Length + (Standardized?.Length ?? 0) + (Components?.Length ?? 0);
}
