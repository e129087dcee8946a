using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>See <see cref="SqueezeLayerSpec"/>: channel c of pixel (i, j) of 2 x 2 becomes channel (2 i + j) C + c.</summary>
internal sealed class SqueezeLayer : ImageLayer
{
    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen) => new(Squeeze(x), Nothing(x));

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen) => new(Spread(y), Nothing(y));

    public static Tensor Squeeze(Tensor x)
    {
        var (count, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return x.reshape(count, rows / 2, 2, columns / 2, 2, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, rows / 2, columns / 2, 4 * channels);
    }

    public static Tensor Spread(Tensor y)
    {
        var (count, rows, columns, channels) = (y.shape[0], y.shape[1], y.shape[2], y.shape[3] / 4);
        return y.reshape(count, rows, columns, 2, 2, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, 2 * rows, 2 * columns, channels);
    }

    public override void Dispose()
    {
    }
}

/// <summary>See <see cref="MixLayerSpec"/>.</summary>
internal sealed class MixLayer(MixLayerSpec spec, ImageWeights weights) : ImageLayer
{
    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen)
    {
        var (lower, upper, log) = Factors();
        return new(nn.functional.linear(nn.functional.linear(x, upper), lower, Of("bias")), Nothing(x).Plus(log).Times(x.shape[1] * x.shape[2]));
    }

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen)
    {
        var (lower, upper, log) = Factors();
        var columns = (y - Of("bias")).reshape(-1, spec.Channels).t();
        var found = linalg.solve_triangular(upper, linalg.solve_triangular(lower, columns, upper: false, unitriangular: true), upper: true);
        return new(found.t().reshape(y.shape), Nothing(y).Plus(log).Times(-y.shape[1] * y.shape[2]));
    }

    public override void Dispose()
    {
    }

    private (Tensor Lower, Tensor Upper, Tensor Log) Factors()
    {
        var diagonal = Of("diagonal").Softplus().Plus(ParameterLimits.MinimumDiagonal);
        return (Of("lower").tril(-1).Plus(eye(spec.Channels, dtype: diagonal.dtype, device: diagonal.device)), Of("upper").triu(1).Plus(diag(diagonal)), diagonal.log().sum());
    }

    private Tensor Of(string array) => weights[$"{spec.Name}.{array}"];
}
