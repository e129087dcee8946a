using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// An autoregressive flow with piecewise-linear maps (Müller et al. 2019, Neural Importance Sampling, section 4.1) on the unit
/// cube: <c>F(u_j | u_1 .. u_(j-1))</c> is linear within each cell of digit j, and its rise over a cell is the cell's probability,
/// a softmax of what one masked network (Germain et al. 2015, MADE) makes of the cells of the digits before it. The density is
/// constant within a cell, so that a discrete value, spread evenly over its cell, keeps its exact probability: the bound of
/// uniform dequantisation (Theis et al. 2016) is tight, <c>ln P(x) = sum_j ln softmax_j</c>.
/// </summary>
/// <remarks>What the network sees of a digit is its cell, one-hot; of a digit that a row does not have, nothing.</remarks>
internal sealed class CellNetwork<T> where T : unmanaged, ILanes<T>
{
    private const string Name = "cells";

    private readonly LayoutBuilder _builder = new(T.Count);

    public CellNetwork(CellShape shape)
    {
        Shape = shape;
        Starts = shape.Starts();
        int[] degrees = [.. shape.Sizes.SelectMany((size, digit) => Enumerable.Repeat(digit + 1, size))];
        Layout = new MaskedConditioner(
            _builder, Name, degrees, degrees, HiddenDegrees(shape), states: 1, shape.Blocks, shape.Dropout);
        Conditioner = new Conditioner<T>(Layout);
        Values = CreateVectors();
    }

    public CellShape Shape { get; }

    /// <summary>Where the cells of each digit start.</summary>
    public int[] Starts { get; }

    public MaskedConditioner Layout { get; }

    public Conditioner<T> Conditioner { get; }

    /// <summary>What is learned.</summary>
    public FlowVectors Values { get; }

    public FlowVectors CreateVectors() => _builder.CreateVectors();

    public PanelScratch CreateScratch()
    {
        int hidden = Lengths.RoundUp(Shape.HiddenUnits, 16);
        return new PanelScratch(hidden, 0, Math.Max(hidden, Lengths.RoundUp(Starts[^1], 16)), 0);
    }

    public IReadOnlyList<NamedArray> Extract() => [.. _builder.Map.Extract(Values.Learned)];

    /// <exception cref="InvalidDataException">The arrays do not fit the shape.</exception>
    public void Load(IReadOnlyList<NamedArray> arrays)
    {
        _builder.Map.Load(arrays.ToDictionary(array => array.Name), Values.Learned);
        Layout.Derive(Values);
    }

    // Evenly over the degrees 0 .. J - 1; degree 0 sees nothing and serves the first digit.
    private static int[] HiddenDegrees(CellShape shape) =>
        [.. Enumerable.Range(0, shape.HiddenUnits).Select(unit => (int)((long)unit * shape.Digits / shape.HiddenUnits))];
}
