using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using TorchSharp;
using static TorchSharp.torch;
using Dropout = Microsoft.ML.NormalizingFlows.Torch.Networks.Dropout;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Networks;

public sealed class NetworkTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_linear_layer_computes_W_x_plus_b()
    {
        using var layer = new Dense(4, 3);
        Tensors.Randomize(layer, 1, seed: 1);
        var parameters = layer.named_parameters().ToDictionary(entry => entry.name, entry => Tensors.Values(entry.parameter));
        Assert.Equal(["bias", "weight"], parameters.Keys.Order());

        double[] x = [1, -2, 3, 0.5];
        double[] y = Tensors.Values(layer.Forward(tensor(x, [1, 4]).to(float32)));
        for (int o = 0; o < 3; o++)
            Assert.Equal(parameters["bias"][o] + x.Select((value, i) => value * parameters["weight"][o * 4 + i]).Sum(), y[o], 1e-5);
    }

    [Fact]
    public void Dropout_acts_in_training_only_and_keeps_the_mean()
    {
        using var dropout = new Dropout();
        Dropout.Set(dropout, 0.25, seed: 1);
        Tensor input = ones(100, 200);
        dropout.eval();
        Assert.Equal(Tensors.Values(input), Tensors.Values(dropout.Forward(input)));
        dropout.train();
        double[] first = Tensors.Values(dropout.Forward(input));
        Assert.All(first, value => Assert.True(value == 0 || Math.Abs(value - 4.0 / 3) < 1e-6));
        // 20,000 values with deviation sqrt(1/3): five standard errors.
        Assert.InRange(first.Average(), 1 - 0.0205, 1 + 0.0205);
    }

    [Fact]
    public void Seeded_dropout_repeats_its_masks()
    {
        using var network = new ResidualNetwork(3, 2, 0, new NetworkSpec(16, 2));
        Tensors.Randomize(network, 1, seed: 1);
        network.train();
        Tensor input = ones(4, 3);
        Dropout.Set(network, 0.5, 7);
        double[] first = Tensors.Values(network.Forward(input, null));
        Dropout.Set(network, 0.5, 8);
        double[] next = Tensors.Values(network.Forward(input, null));
        Dropout.Set(network, 0.5, 7);
        Assert.Equal(first, Tensors.Values(network.Forward(input, null)));
        Assert.NotEqual(first, next);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Dropout_of_everything_or_less_than_nothing_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Dropout.Set(new Dropout(), share, 1));

    [Fact]
    public void The_encoder_gives_finite_logits_anywhere()
    {
        using var encoder = new Encoder(3, 8, 5);
        Tensors.Randomize(encoder, 1, seed: 1);
        Tensor x = tensor(new[] { 1e30f, -1e30f, 0, 0.1f, 0.2f, -0.3f }, [2, 3]).requires_grad_(true);
        Tensor logits = encoder.Forward(x);
        Assert.Equal([2, 5], logits.shape);
        Assert.True(Tensors.AllFinite(logits));
        logits.square().sum().backward();
        Assert.True(Tensors.AllFinite(x.grad!));
        Assert.Equal([0, 5], encoder.Forward(zeros(0, 3)).shape);
        Assert.Throws<ArgumentException>(() => encoder.Forward(zeros(2, 4)));
    }
}
