using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>
/// What layers are told beside their points. Points have the shape (B, S, D): S is K where each row passes under all states at once, and 1 where each row
/// has one state, or there is none.
/// </summary>
/// <param name="Graph">What is written to.</param>
/// <param name="States">K.</param>
/// <param name="Given">The standardised context of the rows, (B, 1, C), held within what a network sees; null for none.</param>
/// <param name="State">The state of each row, whole numbers from 0, (B, 1); null where each row passes under all.</param>
internal sealed record RowContext(OnnxGraph Graph, int States, OnnxValue? Given, OnnxValue? State)
{
    /// <summary>The row of a table that belongs to the state of a point.</summary>
    /// <param name="values">(K, <paramref name="shape"/>).</param>
    /// <param name="shape">Of a row of the table.</param>
    /// <returns>(K, shape), to which points stretch, or (B, 1, shape).</returns>
    public OnnxValue Table(IEnumerable<float> values, params long[] shape)
    {
        var table = Graph.Constant(values, [States, .. shape]);
        return State is { } state ? Graph.Node("Gather", [table, state], ("axis", 0)) : table;
    }
}

/// <summary>What a map makes of points.</summary>
/// <param name="Value">(B, S, D).</param>
/// <param name="LogDeterminant">ln |det|, (B, S, 1) or a shape that stretches to it; null where it is 0, or the same for all.</param>
internal readonly record struct Mapped(OnnxValue Value, OnnxValue? LogDeterminant = null);

/// <summary>What a flow has learned, by name.</summary>
internal sealed class LearnedValues(FlowMember member)
{
    private readonly Dictionary<string, float[]> _values = member.Arrays.ToDictionary(array => array.Name, array => array.Values, StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">There is no such array.</exception>
    public float[] this[string name] =>
        _values.TryGetValue(name, out float[]? values) ? values : throw new InvalidDataException($"The model is damaged: array '{name}' is missing.");

    /// <summary>A linear layer, y = W x + b, of points.</summary>
    /// <param name="input">(.., inputs).</param>
    /// <param name="name">What its arrays are named.</param>
    /// <param name="outputs">The rows of W.</param>
    /// <param name="columns">Which columns of W; null for all.</param>
    /// <param name="lives">Whether weight (output, input) lives; null where all do.</param>
    public OnnxValue Dense(OnnxValue input, string name, int outputs, Range? columns = null, Func<int, int, bool>? lives = null) =>
        Product(input, name, outputs, columns, lives) + input.Graph.Constant(this[name + ".bias"], outputs);

    /// <summary><see cref="Dense"/> without the bias.</summary>
    public OnnxValue Product(OnnxValue input, string name, int outputs, Range? columns = null, Func<int, int, bool>? lives = null)
    {
        float[] transposed = Columns(name, outputs, columns, lives);
        return input.Times(input.Graph.Constant(transposed, transposed.Length / outputs, outputs));
    }

    /// <summary>Columns of the weights W of a linear layer as rows, (columns, outputs).</summary>
    public float[] Columns(string name, int outputs, Range? columns = null, Func<int, int, bool>? lives = null)
    {
        float[] weights = this[name + ".weight"];
        int inputs = weights.Length / outputs;
        var (start, count) = (columns ?? Range.All).GetOffsetAndLength(inputs);
        var transposed = new float[count * outputs];
        for (int i = 0; i < count; i++)
        {
            for (int o = 0; o < outputs; o++)
                transposed[i * outputs + o] = lives?.Invoke(o, start + i) == false ? 0 : weights[o * inputs + start + i];
        }
        return transposed;
    }
}
