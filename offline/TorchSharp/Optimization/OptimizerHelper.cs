using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What the optimizers written in managed code share: a state for every parameter.</summary>
public abstract class OptimizerHelper : Optimizer
{
    private protected readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    public OptimizerHelper()
        : base(0)
    {
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in groups)
        {
            var positions = new List<int>();
            dictionary.Options.Add(group.Options);
            dictionary.StateIndexRef.Add(positions);
            foreach (var parameter in group.Parameters)
            {
                positions.Add(dictionary.State.Count);
                dictionary.State.Add(states[parameter]);
            }
        }
        return dictionary;
    }

    /// <summary>Runs the closure with gradients, then the update without them and in a scope of its own.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var gradients = enable_grad();
            loss = loss_closure();
        }
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (var group in groups)
            {
                body((T)group);
            }
        }
        return loss;
    }
}
