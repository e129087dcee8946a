using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Bijections one after another: <c>f = f_n o ... o f_1</c>. Log-determinants add up (the chain rule); the inverse goes
/// through the steps backwards. Every step sees the same context.
/// </summary>
internal sealed class Composition : Bijection
{
    private readonly ModuleList<Bijection> steps;

    /// <param name="steps">One or more, in the order from data to noise.</param>
    public Composition(params Bijection[] steps)
        : base(nameof(Composition), CommonDimensions(steps), steps.Max(step => step.ContextWidth))
    {
        this.steps = new ModuleList<Bijection>(steps);
        RegisterComponents();
    }

    /// <summary>The steps, in the order from data to noise.</summary>
    public IReadOnlyList<Bijection> Steps => [.. steps];

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        ValueAndLogDeterminant result = steps[0].Forward(x, context);
        for (int i = 1; i < steps.Count; i++)
            result = Then(result, steps[i].Forward(result.Value, context));
        return result;
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        ValueAndLogDeterminant result = steps[^1].Inverse(y, context);
        for (int i = steps.Count - 2; i >= 0; i--)
            result = Then(result, steps[i].Inverse(result.Value, context));
        return result;
    }

    private static ValueAndLogDeterminant Then(ValueAndLogDeterminant first, ValueAndLogDeterminant second) =>
        new(second.Value, first.LogDeterminant.Plus(second.LogDeterminant));

    private static int CommonDimensions(Bijection[] steps)
    {
        if (steps.Length == 0)
            throw new ArgumentException("A composition needs at least one step.");
        int dimensions = steps[0].Dimensions;
        int contextWidth = steps.Max(step => step.ContextWidth);
        if (steps.Any(step => step.Dimensions != dimensions))
            throw new ArgumentException("The steps of a composition must have the same number of features.");
        if (steps.Any(step => step.ContextWidth != 0 && step.ContextWidth != contextWidth))
            throw new ArgumentException("The steps of a composition must take the same context, or none.");
        return dimensions;
    }
}
