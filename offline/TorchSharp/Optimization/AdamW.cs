using TorchSharp.Bridge;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay: the same operations in the same order as in the real package.</summary>
public class AdamW : OptimizerHelper
{
    public AdamW(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        Check(lr >= 0, $"Invalid learning rate: {lr}");
        Check(eps >= 0, $"Invalid ε: {eps}");
        Check(beta1 is >= 0 and < 1, $"Invalid beta1: {beta1}");
        Check(beta2 is >= 0 and < 1, $"Invalid beta2: {beta2}");
        Check(weight_decay >= 0, $"Invalid weight_decay value: {weight_decay}");
        var options = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };
        groups.Add(new ParamGroup { Parameters = parameters, Options = options });
        foreach (var parameter in parameters)
        {
            var state = new State(parameter);
            states[parameter] = state;
            state.Initialize(options);
        }
    }

    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var state in states.Values)
        {
            ((State)state).Dispose();
        }
    }

    private void Update(ParamGroup group)
    {
        var options = (Options)group.Options;
        var (beta1, beta2) = (options.beta1!.Value, options.beta2!.Value);
        var rate = options.LearningRate!.Value;
        foreach (var parameter in group.Parameters)
        {
            var state = (State)states[parameter];
            var gradient = parameter.grad;
            if (gradient is null)
            {
                continue;
            }
            if (options.maximize!.Value)
            {
                gradient = -gradient;
            }
            state.step++;
            Aten.MulScalarInPlace.Do(parameter, 1 - rate * options.weight_decay!.Value);

            Aten.MulScalarInPlace.Do(state.exp_avg, beta1);
            Aten.AddTensorInPlace.Do(state.exp_avg, gradient, 1 - beta1);
            Aten.MulScalarInPlace.Do(state.exp_avg_sq, beta2);
            Aten.AddcmulInPlace.Do(state.exp_avg_sq, gradient, gradient, 1 - beta2);

            var second = state.exp_avg_sq;
            if (state.max_exp_avg_sq is { } before)
            {
                second = state.max_exp_avg_sq = maximum(before, second).DetachFromDisposeScope();
                before.Dispose();
            }
            var denominator = second.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, state.step));
            Aten.AddScalarInPlace.Do(denominator, options.eps!.Value);
            Aten.AddcdivInPlace.Do(parameter, state.exp_avg, denominator, -rate / (1 - Math.Pow(beta1, state.step)));
        }
    }

    private static void Check(bool valid, string message)
    {
        if (!valid)
        {
            throw new ArgumentException(message);
        }
    }

    /// <summary>The options of one group.</summary>
    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;
    }

    /// <summary>The moving averages of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor exp_avg = null!;
        public Tensor exp_avg_sq = null!;
        public Tensor? max_exp_avg_sq;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public void Dispose()
        {
            exp_avg?.Dispose();
            exp_avg_sq?.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        public override void Initialize(OptimizerOptions options)
        {
            Dispose();
            step = 0;
            exp_avg = zeros_like(parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(parameter).DetachFromDisposeScope();
            max_exp_avg_sq = ((Options)options).amsgrad!.Value ? zeros_like(parameter).DetachFromDisposeScope() : null;
        }
    }
}
