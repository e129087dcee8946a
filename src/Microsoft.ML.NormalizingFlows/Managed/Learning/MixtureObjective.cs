using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// <c>ExactMixture</c>. The gradient of -log p(x) by log p(x|k) is -p(k|x): all states go forward, then
/// each comes back with its share. What is the same for all states is computed once, in both directions.
/// </summary>
internal sealed class MixtureObjective<T>(ManagedModel<T> model) : PanelObjective<T>(model) where T : unmanaged, ILanes<T>
{
    public override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        var points = work.Points.Span;
        if (work.Shared is { } shared)
        {
            shared.Clear();
            Model.Flow.ForwardShared(Model.Values, points, shared.Tape, work.Columns);
        }
        for (int state = 0; state < States; state++)
            Forward(work, state, dropoutSeed);

        Span<float> conditional = work.Conditional.Span, logSum = work.Row.Span;
        ColumnSoftmax<T>.Run(conditional, work.Shares.Span, logSum, States, work.Columns);
        Elementwise<T>.ClearSmall(work.Shares.Span, Negligible.Share, States, work.Columns);
        for (int i = 0; i < work.Count; i++)
            work.Loss -= logSum[i] - LogStates + Model.Standardization.LogDeterminant;

        // Backwards, so that of the states that take turns with a tape the last finds it as it left it.
        for (int state = States - 1; state >= 0; state--)
        {
            if (state >= work.MaximumTapes - 1 && state < States - 1)
                Forward(work, state, dropoutSeed);
            Backward(work, state, dropoutSeed);
        }
        if (work.Shared is not null)
            Model.Flow.BackwardShared(Model.Values, work.Gradient, points, work.Shared, work.Columns, work.Scratch);
        AddCrossEntropy(work);
    }

    private void Forward(LearningWork<T> work, int state, uint? dropoutSeed)
    {
        Select(work, state);
        var tape = work.Tape(state);
        Model.Flow.Forward(Model.Values, work.Points.Span, tape, work.Shared?.Tape, work.States, dropoutSeed, work.Scratch);
        tape.LogDensity.Span[..work.Columns].CopyTo(work.Conditional.Span[(state * Panel.Columns)..]);
    }

    private void Backward(LearningWork<T> work, int state, uint? dropoutSeed)
    {
        Select(work, state);
        var weights = work.Weights.Span;
        weights.Clear();
        var shares = work.Shares.Span.Slice(state * Panel.Columns, work.Count);
        for (int i = 0; i < shares.Length; i++)
            weights[i] = -shares[i] / work.BatchRows;
        Model.Flow.Backward(
            Model.Values, work.Gradient, work.Points.Span, work.Tape(state), work.Shared, work.States, weights, dropoutSeed.HasValue, default,
            work.Room, work.Scratch);
    }

    // In the reference's batch of B K rows states run fastest.
    private void Select(LearningWork<T> work, int state)
    {
        work.States.Set(work.Count, T.Count, state);
        work.States.FirstRow = (uint)(work.Start * States + state);
        work.States.RowStep = (uint)States;
    }
}
