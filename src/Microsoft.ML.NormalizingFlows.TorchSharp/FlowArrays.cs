using Microsoft.ML.NormalizingFlows.Model;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>
/// Takes the learned values out of a <see cref="VariationalFlow"/> as plain arrays and puts them back.
/// Permutations and masks follow from the description and are not among them.
/// </summary>
internal static class FlowArrays
{
    /// <summary>The standardisation and every parameter, by name.</summary>
    public static IReadOnlyList<NamedArray> Extract(VariationalFlow flow)
    {
        var standardization = flow.named_buffers().Where(buffer => buffer.name is ParameterNames.Shift or ParameterNames.Scale);
        var parameters = flow.named_parameters().Select(parameter => (parameter.name, (Tensor)parameter.parameter));
        return [.. standardization.Concat(parameters).Select(pair => Copy(pair.Item1, pair.Item2))];
    }

    /// <summary>A flow of <paramref name="spec"/> with the values of <paramref name="arrays"/>, in evaluation mode on the CPU.</summary>
    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public static VariationalFlow Build(FlowSpec spec, IReadOnlyList<NamedArray> arrays)
    {
        var byName = arrays.ToDictionary(array => array.Name);
        int width = spec.RowWidth;
        var flow = new VariationalFlow(
            spec, NamedArrays.Find(byName, ParameterNames.Shift, [width]).Values, NamedArrays.Find(byName, ParameterNames.Scale, [width]).Values);
        Load(flow, byName);
        flow.eval();
        return flow;
    }

    /// <summary>Copies <paramref name="arrays"/> into the parameters of <paramref name="flow"/>.</summary>
    /// <exception cref="InvalidDataException">An array is missing or has another shape.</exception>
    public static void Load(VariationalFlow flow, IReadOnlyDictionary<string, NamedArray> arrays)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, parameter) in flow.named_parameters())
            Assign(parameter, NamedArrays.Find(arrays, name, parameter.shape));
    }

    /// <summary>Copies <paramref name="array"/> into <paramref name="target"/>, which has its shape.</summary>
    public static void Assign(Tensor target, NamedArray array)
    {
        using var values = tensor(array.Values, array.Shape);
        target.copy_(values);
    }

    /// <summary>A copy of <paramref name="values"/> as a plain array.</summary>
    public static NamedArray Copy(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var onCpu = values.detach().cpu().contiguous();
        var copy = new float[onCpu.numel()];
        if (copy.Length > 0)
            onCpu.data<float>().CopyTo(copy.AsSpan());
        return new NamedArray(name, onCpu.shape, copy);
    }
}
