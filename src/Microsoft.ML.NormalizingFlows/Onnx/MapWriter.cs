using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes a monotone map of each of F features. Values have the shape (B, S, F), raw parameters (B, S, F P), feature by feature unless the map says otherwise.</summary>
/// <param name="features">F.</param>
internal abstract class MapWriter(int features)
{
    protected int Features => features;

    /// <exception cref="NotSupportedException">The map is of a kind that is not written.</exception>
    public static MapWriter Create(MapSpec map, int features) => map switch
    {
        AffineMapSpec affine => new AffineWriter(affine, features),
        RationalQuadraticSplineMapSpec spline => new SplineWriter(spline, features),
        SumOfSquaresMapSpec squares => new SumOfSquaresWriter(squares, features),
        AdditiveMapSpec => new AdditiveWriter(features),
        MixtureMapSpec { Kernel: MixtureComponent.Logistic } mixture => new LogisticMixtureWriter(mixture, features),
        MixtureMapSpec mixture => throw OnnxRefusal.Of($"a map by mixtures of the kind {mixture.Kernel}"),
        _ => throw OnnxRefusal.Of($"a map of the kind {map.GetType().Name}"),
    };

    public abstract Mapped Forward(OnnxValue x, OnnxValue raw);

    public abstract OnnxValue Inverse(OnnxValue y, OnnxValue raw);

    /// <summary><c>u / (1 + |u| / limit)</c>, see <see cref="ParameterLimits"/>.</summary>
    protected static OnnxValue SoftLimit(OnnxValue raw, double limit) => raw / (raw.Abs() * (1 / limit) + 1);
}
