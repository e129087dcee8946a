using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// A monotone map of the real line, applied to each feature with parameters of its own, which a conditioner gives. It
/// learns nothing itself. With a pattern of dependency, such as <see cref="Coupling"/>, it makes a layer of a flow.
/// </summary>
internal abstract class ElementwiseMap
{
    /// <summary>P, the number of raw parameters of each feature.</summary>
    public abstract int ParametersPerFeature { get; }

    /// <summary>y and ln dy/dx at <paramref name="x"/>.</summary>
    /// <param name="x">(B, d)</param>
    /// <param name="raw">(B, d P), what the conditioner gives: feature by feature, unless the map says otherwise.</param>
    public abstract Mapped Forward(Tensor x, Tensor raw);

    /// <summary>x and ln dx/dy at <paramref name="y"/>.</summary>
    /// <param name="y">(B, d)</param>
    /// <param name="raw">(B, d P), as in <see cref="Forward"/>.</param>
    public abstract Mapped Inverse(Tensor y, Tensor raw);

    /// <summary>Mapped values and the log-derivative of the map that was applied, both (B, d).</summary>
    internal readonly record struct Mapped(Tensor Value, Tensor LogDerivative);

    /// <summary>The raw parameters as (B, d, P).</summary>
    protected Tensor ByFeature(Tensor raw, Tensor values)
    {
        long[] shape = values.shape;
        return raw.reshape(shape[0], shape[1], ParametersPerFeature);
    }
}
