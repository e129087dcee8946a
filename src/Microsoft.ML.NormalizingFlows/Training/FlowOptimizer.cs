using Microsoft.ML.NormalizingFlows.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019; plain Adam without weight decay) with a clipped gradient norm, whose state can be
/// taken out as plain arrays and put back.
/// </summary>
internal sealed class FlowOptimizer : IDisposable
{
    private readonly (string Name, Parameter Values)[] _parameters;
    private readonly AdamW _adam;
    private readonly double _clip;

    public FlowOptimizer(VariationalFlow flow, TrainingSettings settings)
    {
        _parameters = [.. flow.named_parameters().Select(pair => (pair.name, pair.parameter))];
        _adam = optim.AdamW(_parameters.Select(pair => pair.Values), settings.LearningRate, weight_decay: settings.WeightDecay);
        _clip = settings.GradientClip;
    }

    /// <summary>
    /// Goes one step down the gradient of <paramref name="loss"/>, a scalar. A gradient that is not finite is thrown away.
    /// </summary>
    /// <returns>Whether the step was taken.</returns>
    public bool Step(Tensor loss, double learningRate)
    {
        _adam.zero_grad();
        loss.backward();
        double norm = nn.utils.clip_grad_norm_(_parameters.Select(pair => pair.Values), _clip);
        if (!double.IsFinite(norm))
            return false;
        foreach (var group in _adam.ParamGroups)
            group.LearningRate = learningRate;
        _adam.step();
        return true;
    }

    /// <summary>The moments of every parameter, and how often it was stepped.</summary>
    public IReadOnlyList<NamedArray> Extract()
    {
        var arrays = new List<NamedArray>();
        foreach (var (name, state) in States())
        {
            arrays.Add(FlowArrays.Copy(name + "/mean", state.exp_avg));
            arrays.Add(FlowArrays.Copy(name + "/square", state.exp_avg_sq));
            arrays.Add(new NamedArray(name + "/steps", [], [state.step]));
        }
        return arrays;
    }

    /// <summary>Puts back what <see cref="Extract"/> took out.</summary>
    public void Load(IReadOnlyList<NamedArray> arrays)
    {
        var byName = arrays.ToDictionary(array => array.Name);
        using var guard = no_grad();
        foreach (var (name, state) in States())
        {
            FlowArrays.Assign(state.exp_avg, byName[name + "/mean"]);
            FlowArrays.Assign(state.exp_avg_sq, byName[name + "/square"]);
            state.step = (long)byName[name + "/steps"].Values[0];
        }
    }

    public void Dispose() => _adam.Dispose();

    private IEnumerable<(string Name, AdamW.State State)> States() =>
        _parameters.Select(pair => pair.Name).Zip(_adam.state_dict().State.Cast<AdamW.State>());
}
