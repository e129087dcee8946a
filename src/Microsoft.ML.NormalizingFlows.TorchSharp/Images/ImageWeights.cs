using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>The learned arrays of a flow of images on a device, by the names and shapes of its description.</summary>
internal sealed class ImageWeights : IDisposable
{
    private readonly List<(string Name, Parameter Values)> _all = [];
    private readonly Dictionary<string, Parameter> _byName = [];

    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public ImageWeights(ImageSpec spec, IReadOnlyList<NamedArray> arrays, Device device, ScalarType type = ScalarType.Float32)
    {
        Device = device;
        var given = arrays.ToDictionary(array => array.Name);
        foreach (var parameter in spec.Parameters())
        {
            using var scope = NewDisposeScope();
            var values = new Parameter(Copied(tensor(NamedArrays.Find(given, parameter.Name, parameter.Shape).Values, parameter.Shape).to(type), device), requires_grad: ImageSpec.IsLearned(parameter.Name));
            values.DetachFromDisposeScope();
            _all.Add((parameter.Name, values));
            _byName.Add(parameter.Name, values);
        }
    }

    public Device Device { get; }

    /// <summary>All of them, in the order of the description.</summary>
    public IReadOnlyList<(string Name, Parameter Values)> All => _all;

    public Parameter this[string name] => _byName[name];

    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>What gradients change in a phase.</summary>
    public IEnumerable<(string Name, Parameter Values)> Of(ImagePhase phase) =>
        _all.Where(pair => ImageSpec.IsLearned(pair.Name) && pair.Name.StartsWith("prior.", StringComparison.Ordinal) == (phase == ImagePhase.Prior));

    public IReadOnlyList<NamedArray> Extract() => [.. _all.Select(pair => FlowArrays.Copy(pair.Name, pair.Values))];

    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public void Load(IReadOnlyList<NamedArray> arrays)
    {
        var given = arrays.ToDictionary(array => array.Name);
        using var guard = no_grad();
        foreach (var (name, values) in _all)
            FlowArrays.Assign(values, NamedArrays.Find(given, name, values.shape));
    }

    /// <summary>
    /// A copy in LibTorch's own memory. What is made of an array stays in that of .NET, wherever that lies, and sums come out otherwise in the last digit by where numbers lie: a seed would
    /// reproduce nothing.
    /// </summary>
    public static Tensor Copied(Tensor values, Device device) => values.to(device, copy: true);

    public void Dispose() => _all.ForEach(pair => pair.Values.Dispose());
}
