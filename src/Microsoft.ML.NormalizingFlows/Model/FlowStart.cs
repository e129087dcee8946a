using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The values that training starts from: linear maps are the identity, networks near 0.</summary>
internal static class FlowStart
{
    /// <param name="spec">The flow.</param>
    /// <param name="seed">Of all that is drawn.</param>
    /// <param name="shift">Of the standardisation, D numbers.</param>
    /// <param name="scale">Of the standardisation, D numbers.</param>
    public static IReadOnlyList<NamedArray> Create(FlowSpec spec, ulong seed, float[] shift, float[] scale)
    {
        var streams = new Dictionary<(string, ulong), RandomStream>();
        return [.. spec.Parameters().Select(Start)];

        NamedArray Start(ParameterSpec parameter)
        {
            if (!streams.TryGetValue(parameter.Stream, out var random))
                streams[parameter.Stream] = random = RandomStream.For(seed, parameter.Stream.Purpose, parameter.Stream.Index);
            var values = new float[parameter.Length];
            parameter.Start(random, values);
            float[]? given = parameter.Name switch { ParameterNames.Shift => shift, ParameterNames.Scale => scale, _ => null };
            given?.CopyTo(values, 0);
            return new NamedArray(parameter.Name, parameter.Shape, values);
        }
    }
}
