using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>A loss, the mean over the rows of a batch, as the sum of what its panels add. See <c>LearningPhase</c>.</summary>
internal abstract class PanelObjective<T>(ManagedModel<T> model) where T : unmanaged, ILanes<T>
{
    protected ManagedModel<T> Model { get; } = model;

    protected int States { get; } = model.Spec.States;

    /// <summary>ln K, which is -ln p(z).</summary>
    protected double LogStates { get; } = Math.Log(model.Spec.States);

    /// <summary>Adds loss and gradient of the rows that <paramref name="work"/> holds.</summary>
    /// <param name="work">The rows, and where to add to.</param>
    /// <param name="uniforms">Random numbers of the batch, (rows, K), for a loss that needs them.</param>
    /// <param name="dropoutSeed">Of this step; null drops nothing.</param>
    public abstract void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed);

    /// <summary>The weight of each row in the mean, negated, for a gradient by log-densities; 0 in columns without a row.</summary>
    protected static ReadOnlySpan<float> EqualWeights(LearningWork<T> work)
    {
        var weights = work.Weights.Span;
        weights.Clear();
        weights[..work.Count].Fill(-1f / work.BatchRows);
        return weights;
    }

    /// <summary>Transports the points under the states chosen for them, and adds the gradient of -log p(x|z).</summary>
    protected void AddGivenStates(LearningWork<T> work, ReadOnlySpan<int> states, uint? dropoutSeed, Span<float> gContext)
    {
        var columns = work.States;
        columns.Set(states, T.Count);
        (columns.FirstRow, columns.RowStep) = ((uint)work.Start, 1);
        var tape = work.Tape(0);
        var points = work.Points.Span;
        Model.Flow.Forward(Model.Values, points, tape, null, columns, dropoutSeed, work.Scratch);
        Model.Flow.Backward(
            Model.Values, work.Gradient, points, tape, null, columns, EqualWeights(work), dropoutSeed.HasValue, gContext, work.Room, work.Scratch);
        for (int i = 0; i < work.Count; i++)
            work.Loss -= tape.LogDensity.Span[i] + Model.Standardization.LogDeterminant;
    }

    /// <summary>
    /// The encoder's part: adds the gradient of the mean of -sum_k w_k log q(k|x), which is q - w by the logits, for the
    /// wanted probabilities in <see cref="LearningWork{T}.Shares"/>.
    /// </summary>
    protected void AddCrossEntropy(LearningWork<T> work)
    {
        if (Model.Flow.Encoder is not EncoderNetwork<T> encoder)
            return;
        Span<float> g = work.Context.Span, wanted = work.Shares.Span;
        encoder.Forward(Model.Values, work.Points.Span, work.Encoder!, work.Columns);
        ColumnSoftmax<T>.Run(work.Encoder!.Logits.Span, g, work.Row.Span, States, work.Columns);
        Elementwise<T>.ClearSmall(g, Negligible.Share, States, work.Columns);
        Elementwise<T>.Subtract(g, wanted, g, States, work.Columns);
        Elementwise<T>.ScaleColumns(g, EqualWeights(work), -1, g, States, work.Columns);
        encoder.Backward(Model.Values, work.Gradient, work.Encoder, g, work.Columns, work.Scratch);
    }
}
