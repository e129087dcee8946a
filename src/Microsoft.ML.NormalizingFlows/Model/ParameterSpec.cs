using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>One array that a flow learns, or that stands still beside what it learns.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Start">Fills in the value that training starts from.</param>
/// <param name="Stream">The purpose and number of the random stream that the start values of its part come from, one after another.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, FillStart Start, (string Purpose, ulong Index) Stream)
{
    /// <summary>The number of its values.</summary>
    public long Length => Shape.Aggregate(1L, (product, length) => checked(product * length));
}

/// <summary>Fills in start values.</summary>
internal delegate void FillStart(RandomStream random, Span<float> values);

/// <summary>The usual start values.</summary>
internal static class ParameterStart
{
    public static readonly FillStart Zeros = (_, _) => { };

    public static FillStart Constant(float value) => (_, values) => values.Fill(value);

    /// <summary>Uniform within +-<paramref name="bound"/>.</summary>
    public static FillStart Uniform(float bound) => (random, values) => random.FillUniform(values, -bound, bound);

    /// <summary>Normal with that standard deviation.</summary>
    public static FillStart Normal(float deviation) => (random, values) =>
    {
        random.FillNormal(values);
        foreach (ref float value in values)
            value *= deviation;
    };
}

/// <summary>Gathers the parameters of a flow, part after part.</summary>
internal sealed class ParameterList(FlowSpec flow)
{
    private readonly List<ParameterSpec> _items = [];
    private string _part = "";
    private (string, ulong) _stream;

    public FlowSpec Flow { get; } = flow;

    public IReadOnlyList<ParameterSpec> Items => _items;

    /// <summary>Begins a part: what its names begin with, and where its random start values come from.</summary>
    public void Begin(string part, string purpose = "", ulong index = 0) => (_part, _stream) = (part, (purpose, index));

    public void Add(string name, FillStart start, params long[] shape) => _items.Add(new ParameterSpec($"{_part}.{name}", shape, start, _stream));

    /// <summary>
    /// A linear layer, <c>y = W x + b</c>, W of shape (out, in); both start uniform within <c>+-gain / sqrt(in)</c> (LeCun et al. 1998, Efficient
    /// BackProp, up to a constant).
    /// </summary>
    public void AddDense(string name, int inputs, int outputs, float gain = 1)
    {
        var start = ParameterStart.Uniform(gain / MathF.Sqrt(inputs));
        Add(name + ".weight", start, outputs, inputs);
        Add(name + ".bias", start, outputs);
    }
}
