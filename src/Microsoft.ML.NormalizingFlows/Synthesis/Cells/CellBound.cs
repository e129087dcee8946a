using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// How large anything in a <see cref="CellNetwork{T}"/> can become, whatever the row. Weights may be finite each and overflow together; a row would have no
/// probability then, and draws would be the first cell for ever.
/// </summary>
internal static class CellBound
{
    /// <summary>The logarithm of a softmax takes differences.</summary>
    private const double Maximum = float.MaxValue / 4;

    /// <param name="shape">Of the network.</param>
    /// <param name="arrays">What it has learned.</param>
    /// <exception cref="InvalidDataException">A row might overflow.</exception>
    public static void Check(CellShape shape, IReadOnlyList<NamedArray> arrays)
    {
        var named = arrays.ToDictionary(array => array.Name, array => array.Values);
        // A row shows one cell of each digit or none, and relu makes nothing larger.
        double hidden = Behind("cells.initial", 1);
        for (int block = 0; block < shape.Blocks; block++)
            hidden += Behind($"cells.blocks.{block}.second", Behind($"cells.blocks.{block}.first", hidden));
        Behind("cells.final", hidden);

        // Of inputs of at most that size. What is missing is refused by the network.
        double Behind(string layer, double input)
        {
            float[] bias = named.GetValueOrDefault(layer + ".bias", []), weight = named.GetValueOrDefault(layer + ".weight", []);
            double greatest = 0;
            for (int output = 0, inputs = weight.Length / Math.Max(1, bias.Length); output < bias.Length; output++)
                greatest = Math.Max(greatest, Math.Abs(bias[output]) + input * TensorPrimitives.SumOfMagnitudes(weight.AsSpan(output * inputs, inputs)));
            return greatest < Maximum ? greatest : throw new InvalidDataException("its weights are so large that they overflow");
        }
    }
}
