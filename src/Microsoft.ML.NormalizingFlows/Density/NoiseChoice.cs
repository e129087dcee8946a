using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// What one number in [0, 1) chooses of a model: a flow of the ensemble, a latent state and a component of the base distribution together, each as often as
/// a row is drawn from it.
/// </summary>
internal sealed class NoiseChoice
{
    private const int MaximumChoices = 1 << 16;

    private readonly List<(int Member, int State, int Component)> _choices = [];
    private readonly List<double> _ends = [];

    /// <exception cref="NotSupportedException">The model has a continuous latent, or too much to choose from.</exception>
    public NoiseChoice(FlowModel model)
    {
        if (model.Shape.Latent > 0)
            throw new NotSupportedException("The model has a continuous latent, which a number cannot choose: draw rows with Sample.");
        double sum = 0;
        var shares = model.Shares;
        for (int m = 0; m < model.Members.Count; m++)
        {
            var (spec, arrays) = model.Members[m];
            double[] states = Shares(arrays, ParameterNames.StateLogWeights, spec.States), components = Shares(arrays, "base.logits", (spec.Base as MixtureBaseSpec)?.Components ?? 1);
            for (int i = 0; i < states.Length * components.Length; i++)
            {
                var (state, component) = Math.DivRem(i, components.Length);
                _choices.Add((m, state, component));
                _ends.Add(sum += states[state] * components[component] * shares[m]);
            }
        }
        if (_choices.Count > MaximumChoices)
            throw new NotSupportedException(FormattableString.Invariant($"The model has {_choices.Count:N0} combinations of flows, states and components, more than the {MaximumChoices:N0} that a Single can choose from: draw rows with Sample."));
    }

    public (int Member, int State, int Component) this[float uniform]
    {
        get
        {
            int place = 0;
            while (place < _ends.Count - 1 && uniform >= (float)_ends[place])
                place++;
            return _choices[place];
        }
    }

    /// <summary>The same of many numbers, (B, 1), each of the three as whole numbers, (B, 1).</summary>
    public (OnnxValue Member, OnnxValue State, OnnxValue Component) Write(OnnxValue uniform)
    {
        var graph = uniform.Graph;
        int count = _ends.Count;
        var place = count == 1
            ? uniform.As<long>() * graph.Constant([0L], 1)
            : (graph.Constant(_ends.SkipLast(1).Select(end => (float)end), count - 1) <= uniform).As<float>().SumOf(count - 1).As<long>();
        return (Of(choice => choice.Member), Of(choice => choice.State), Of(choice => choice.Component));

        OnnxValue Of(Func<(int Member, int State, int Component), int> part) =>
            graph.Node("Gather", [graph.Constant(_choices.Select(choice => (long)part(choice)), count), place], ("axis", 0));
    }

    // Even ones where there is no such array.
    private static double[] Shares(IReadOnlyList<NamedArray> arrays, string name, int count)
    {
        if (arrays.FirstOrDefault(array => array.Name == name) is not { } logits)
            return [.. Enumerable.Repeat(1.0 / count, count)];
        double greatest = logits.Values.Max(), sum = logits.Values.Sum(value => Math.Exp(value - greatest));
        return [.. logits.Values.Select(value => Math.Exp(value - greatest) / sum)];
    }
}
