namespace Micro;

/// <summary>The size of a flow and of its batches.</summary>
public enum FlowSize
{
    /// <summary>That of MINIBOONE in the literature: many features and layers, small networks.</summary>
    Miniboone,

    /// <summary>A usual table: few features, networks as by default.</summary>
    Small,
}
