using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>What modules register, and under which names and in which order.</summary>
public class TorchSharpModuleTests
{
    [Fact]
    public void NamesComeFromRegistrationThenFields()
    {
        using var model = new Outer();
        Assert.Equal(
            ["explicitly", "scale", "first.weight", "layers.0.weight", "layers.1.weight"],
            model.named_parameters().Select(item => item.name));
        Assert.Equal(["explicitly", "scale"], model.named_parameters(false).Select(item => item.name));
        Assert.Equal(["steps", "first.mask", "layers.0.mask", "layers.1.mask"], model.named_buffers().Select(item => item.name));
    }

    [Fact]
    public void StateComesParametersFirstAndLeavesOutWhatDoesNotPersist()
    {
        using var model = new Outer();
        Assert.Equal(
            ["explicitly", "scale", "first.weight", "layers.0.weight", "layers.1.weight", "steps", "first.mask", "layers.0.mask", "layers.1.mask"],
            model.state_dict().Keys);
    }

    [Fact]
    public void TrainingModeReachesAllModules()
    {
        using var model = new Outer();
        Assert.True(model.training);
        model.eval();
        Assert.False(model.training);
        Assert.All(model.modules(), module => Assert.False(module.training));
        model.train();
        Assert.All(model.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void ConvertingReplacesFloatingPointsOnly()
    {
        using var model = new Outer();
        var before = model.Scale;
        model.to(float64);
        Assert.True(before.IsInvalid);
        Assert.Equal(float64, model.Scale.dtype);
        Assert.Same(model.Scale, model.named_parameters().Single(item => item.name == "scale").parameter);
        Assert.True(model.Scale.requires_grad && model.Scale.is_leaf);
        Assert.All(model.parameters(), parameter => Assert.Equal(float64, parameter.dtype));
        Assert.Equal(int64, model.named_buffers().Single(item => item.name == "steps").buffer.dtype);
        Assert.Throws<ArgumentException>(() => model.to(int64));
    }

    [Fact]
    public void ANameIsTakenOnceAndNothingCannotBeRegistered()
    {
        using var model = new Inner(1);
        Assert.Throws<InvalidOperationException>(() => model.register_parameter("weight", new Parameter(zeros(1))));
        Assert.Throws<ArgumentNullException>(() => model.register_buffer("nothing", null!));
        Assert.Throws<ArgumentException>(() => model.register_module("a.b", new Inner(1)));
    }

    [Fact]
    public void StateIsCopiedByName()
    {
        using var source = new Inner(3);
        using var target = new Inner(0);
        target.load_state_dict(source.state_dict());
        Assert.Equal([3f, 3], target.parameters().Single().data<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => target.load_state_dict([]));
    }

    [Fact]
    public void DisposingAModuleDisposesWhatItHolds()
    {
        var model = new Outer();
        var (scale, inner) = (model.Scale, model.modules().SelectMany(module => module.parameters(false)).ToList());
        model.Dispose();
        Assert.True(scale.IsInvalid);
        Assert.NotEmpty(inner);
        Assert.All(inner, parameter => Assert.True(parameter.IsInvalid));
    }

    [Fact]
    public void CallingRunsForward()
    {
        using var scope = NewDisposeScope();
        using var model = new Inner(2);
        Assert.Equal([2f, 4], model.call(tensor(new[] { 1f, 2 })).data<float>().ToArray());
    }

    private sealed class Inner : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly Tensor mask = ones(2);

        public Inner(float value)
            : base("inner")
        {
            weight = new Parameter(full(2, value));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input * weight * mask;
    }

    private sealed class Outer : nn.Module
    {
        private readonly Inner first = new(1);
        private readonly ModuleList<Inner> layers = nn.ModuleList(new Inner(2), new Inner(3));
        private readonly Parameter scale = new(ones(1));
        private readonly Tensor steps = zeros(1, dtype: int64);

        public Outer()
            : base("outer")
        {
            register_parameter("explicitly", new Parameter(ones(1)));
            register_buffer("hidden", ones(1), persistent: false);
            RegisterComponents();
            Assert.Equal(2, layers.Count);
            Assert.NotNull(first);
            Assert.NotNull(steps);
        }

        public Parameter Scale => scale;
    }
}
