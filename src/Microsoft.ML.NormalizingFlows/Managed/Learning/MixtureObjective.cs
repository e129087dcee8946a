using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// <c>ExactMixture</c>. The gradient of -log p(x) by log p(x|k) is -p(k|x): all states go forward, then each comes back with its share. Where
/// states stand apart, most rows have one or two that count. A state that counts for most rows of a panel comes back as it went forward, with what
/// is the same for all states computed once in both directions; of the others, the pairs of rows and states that count are gathered
/// into panels of their own, which go forward once more and back.
/// </summary>
/// <param name="model">What learns.</param>
/// <param name="leftOut">What the shares that do not come back may sum to for a row; 0 lets all of them.</param>
internal sealed class MixtureObjective<T>(ManagedModel<T> model, float leftOut = Negligible.LeftOut) : PanelObjective<T>(model) where T : unmanaged, ILanes<T>
{
    // Back is twice the work of forward: with fewer rows than this, forward once more and back with these alone is less than back with all.
    private const double WorthWholePanel = 0.6;

    private readonly float _minimum = leftOut / model.Spec.States;

    public override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        var points = work.Points.Span;
        if (work.Shared is { } shared)
        {
            shared.Clear();
            Model.Flow.ForwardShared(Model.Values, points, shared.Tape, work.Columns, work.Scratch);
        }
        for (int state = 0; state < States; state++)
            Forward(work, state, dropoutSeed);

        Span<float> conditional = work.Conditional.Span, logSum = work.Row.Span;
        ColumnSoftmax<T>.Run(conditional, work.Shares.Span, logSum, States, work.Columns);
        Elementwise<T>.ClearSmall(work.Shares.Span, Negligible.Share, States, work.Columns);
        for (int i = 0; i < work.Count; i++)
            work.Loss -= logSum[i] - LogStates + Model.Standardization.LogDeterminant;

        int pairs = 0;
        bool whole = false;
        for (int state = 0; state < States; state++)
        {
            int before = pairs;
            for (int row = 0; row < work.Count; row++)
            {
                if (!(work.Shares.Span[state * Panel.Columns + row] < _minimum))
                    work.PairNumbers[pairs++] = row * States + state;
            }
            if (pairs - before <= WorthWholePanel * work.Count || !work.HasOwnTape(state))
                continue;
            pairs = before;
            whole = true;
            Backward(work, state, dropoutSeed);
        }
        if (whole && work.Shared is not null)
            Model.Flow.BackwardShared(Model.Values, work.Gradient, points, work.Shared, work.Columns, work.Scratch);
        for (int first = 0; first < pairs; first += Panel.Columns)
            AddPairs(work, work.PairNumbers.AsSpan(first, Math.Min(Panel.Columns, pairs - first)), dropoutSeed);
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
            weights[i] = shares[i] < _minimum ? 0 : -shares[i] / work.BatchRows;
        Model.Flow.Backward(
            Model.Values, work.Gradient, work.Points.Span, work.Tape(state), work.Shared, work.States, weights, dropoutSeed.HasValue, default,
            work.Room, work.Scratch);
    }

    // A pair of row r and state k has the number r K + k, also in the reference's batch.
    private void AddPairs(LearningWork<T> work, ReadOnlySpan<int> pairs, uint? dropoutSeed)
    {
        Span<float> points = work.PairPoints.Span, weights = work.Weights.Span;
        Span<int> states = stackalloc int[pairs.Length];
        points.Clear();
        weights.Clear();
        for (int pair = 0; pair < pairs.Length; pair++)
        {
            (int row, states[pair]) = Math.DivRem(pairs[pair], States);
            Panel.CopyColumn(work.Points.Span, row, points, pair, Model.Spec.RowWidth);
            weights[pair] = -work.Shares.Span[states[pair] * Panel.Columns + row] / work.BatchRows;
        }
        work.States.Set(states, T.Count);
        work.States.SetNumbers(pairs, (uint)(work.Start * States));
        var tape = work.Tape(0);
        Model.Flow.Forward(Model.Values, points, tape, null, work.States, dropoutSeed, work.Scratch);
        Model.Flow.Backward(
            Model.Values, work.Gradient, points, tape, null, work.States, weights, dropoutSeed.HasValue, default, work.Room, work.Scratch);
    }

    // In the reference's batch of B K rows states run fastest.
    private void Select(LearningWork<T> work, int state)
    {
        work.States.Set(work.Count, T.Count, state);
        work.States.FirstRow = (uint)(work.Start * States + state);
        work.States.RowStep = (uint)States;
    }
}
