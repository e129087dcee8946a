using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>What a <see cref="Conditioner{T}"/> computes on the way forward and needs on the way back, for one panel.</summary>
internal sealed class ConditionerTape
{
    public ConditionerTape(int inputs, int hidden, int outputs, int blocks, bool gated, int lanes)
    {
        Input = Rows(inputs, lanes);
        Hidden = Rows(hidden, lanes);
        Output = Rows(outputs, lanes);
        Rectified = [.. Enumerable.Range(0, blocks).Select(_ => Rows(hidden, lanes))];
        Activated = [.. Enumerable.Range(0, blocks).Select(_ => Rows(hidden, lanes))];
        Branch = [.. Enumerable.Range(0, gated ? blocks : 0).Select(_ => Rows(hidden, lanes))];
    }

    /// <summary>What the network sees, (inputs, columns).</summary>
    public AlignedArray Input { get; }

    /// <summary>h behind the last block, (H, columns).</summary>
    public AlignedArray Hidden { get; }

    /// <summary>The raw parameters of the map, (outputs, columns).</summary>
    public AlignedArray Output { get; }

    /// <summary>relu(h) in front of each block.</summary>
    public AlignedArray[] Rectified { get; }

    /// <summary>The dropped-out relu within each block.</summary>
    public AlignedArray[] Activated { get; }

    /// <summary>What each gate is multiplied with.</summary>
    public AlignedArray[] Branch { get; }

    public long Length =>
        Input.Length + Hidden.Length + Output.Length + Rectified.Concat(Activated).Concat(Branch).Sum(panel => (long)panel.Length);

    private static AlignedArray Rows(int rows, int lanes) => new(Lengths.RoundUp(rows, lanes) * Panel.Columns);
}
