namespace PaperToys.Plane;

/// <summary>The size of a flow as the paper writes it: [depth, hidden units].</summary>
internal readonly record struct FlowSize(int Layers, int HiddenUnits)
{
    /// <summary>Hidden units of the encoder, the same at every size; they give the paper's numbers of parameters.</summary>
    public const int EncoderHiddenUnits = 16;

    /// <summary>The sizes of Figure 5.</summary>
    public static IReadOnlyList<FlowSize> Paper { get; } = [new(4, 4), new(4, 32), new(10, 32)];

    /// <summary>
    /// The number of learned values of an affine coupling flow in the plane, one residual block a layer. A state beside the
    /// plane enters each layer at its input and at the gate of its block; with more than one there is an encoder, too.
    /// </summary>
    public int Parameters(int states)
    {
        const int Linear = 6; // LU: one value below the diagonal, three on and above it, two shifts
        int h = HiddenUnits, e = EncoderHiddenUnits;
        int context = states > 1 ? states * h + (states * h + h) : 0;
        int conditioner = 2 * h + 2 * (h * h + h) + (2 * h + 2) + context;
        int encoder = states > 1 ? 3 * e + (e * e + e) + (e * states + states) : 0;
        return Layers * (Linear + conditioner) + Linear + encoder;
    }

    /// <summary>The plain flow of the same depth with as many hidden units as it takes to have at least that many values.</summary>
    public FlowSize Matching(int parameters)
    {
        FlowSize size = this;
        while (size.Parameters(states: 1) < parameters)
            size = size with { HiddenUnits = size.HiddenUnits + 1 };
        return size;
    }

    public override string ToString() => $"[{Layers}, {HiddenUnits}]";
}
