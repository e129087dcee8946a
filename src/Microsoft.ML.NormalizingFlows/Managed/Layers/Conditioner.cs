using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// The network that turns features and a latent state into the raw parameters of a map: <c>h = W0 x + b(z)</c>,
/// <see cref="ConditionerBlock"/>s, a last linear layer. What depends on the state alone stands in tables that are derived
/// after each change of the parameters; <see cref="ConditionerLayout"/> knows how.
/// </summary>
internal sealed class Conditioner<T>(ConditionerLayout layout) where T : unmanaged, ILanes<T>
{
    private readonly int _hidden = layout.Initial.Outputs;

    public ConditionerLayout Layout { get; } = layout;

    public ConditionerTape CreateTape() =>
        new(Layout.Initial.Inputs, _hidden, Layout.Final.Outputs, Layout.Blocks.Length, Layout.IsGated, T.Count);

    /// <summary>W0 x, which is the same for all states, into <see cref="ConditionerTape.Hidden"/>.</summary>
    public void ForwardShared(FlowVectors values, ConditionerTape tape, int columns)
    {
        var hidden = tape.Hidden.Span;
        hidden[..(_hidden * Panel.Columns)].Clear();
        DenseLayer<T>.ForwardAdd(Layout.Initial, values.Learned, tape.Input.Span, hidden, columns);
    }

    /// <summary>From <see cref="ConditionerTape.Input"/> to <see cref="ConditionerTape.Output"/>.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="tape">Of this panel.</param>
    /// <param name="states">Of this panel.</param>
    /// <param name="shared">W0 x, where it is known already; else empty.</param>
    /// <param name="dropoutSeed">Of this layer and step; null drops nothing.</param>
    /// <param name="scratch">Room for the call.</param>
    public void Forward(
        FlowVectors values, ConditionerTape tape, ColumnStates states, ReadOnlySpan<float> shared, uint? dropoutSeed, PanelScratch scratch)
    {
        int columns = states.Columns;
        var hidden = tape.Hidden.Span;
        if (!shared.IsEmpty)
        {
            StateTable<T>.Fill(values.Derived, Layout.InitialBias, states, hidden, scratch.Rows);
            Elementwise<T>.Add(shared, hidden, _hidden, columns);
        }
        else
        {
            Linear(Layout.Initial, Layout.InitialBias, values, tape.Input.Span, hidden, states, scratch);
        }
        for (int i = 0; i < Layout.Blocks.Length; i++)
        {
            var block = Layout.Blocks[i];
            Span<float> rectified = tape.Rectified[i].Span, activated = tape.Activated[i].Span;
            Elementwise<T>.Rectify(hidden, rectified, _hidden, columns);
            Linear(block.First, block.Bias, values, rectified, activated, states, scratch);
            Elementwise<T>.Rectify(activated, activated, _hidden, columns);
            if (dropoutSeed is uint seed)
                DropoutMask<T>.Apply(activated, Layout.UnitOf, states, Layout.Dropout, seed + (uint)i);
            if (block.Gate is not TableSlot gate)
            {
                DenseLayer<T>.ForwardAdd(block.Second, values.Learned, activated, hidden, columns);
                Elementwise<T>.AddToRows(values.Learned.Slice(block.Second.Bias, _hidden), hidden, _hidden, columns);
                continue;
            }
            var branch = tape.Branch[i].Span;
            DenseLayer<T>.Forward(block.Second, values.Learned, Bias(values, block.Second), activated, branch, columns);
            StateTable<T>.Fill(values.Derived, gate, states, scratch.Hidden, scratch.Rows);
            Elementwise<T>.MultiplyAdd(branch, scratch.Hidden, hidden, _hidden, columns);
        }
        DenseLayer<T>.Forward(Layout.Final, values.Learned, Bias(values, Layout.Final), hidden, tape.Output.Span, columns);
    }

    /// <summary>
    /// From the gradient by the output, in <see cref="ConditionerTape.Output"/>, to those by the parameters, and that by W0 x, which is
    /// left in <paramref name="gHidden"/>.
    /// </summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">What is added to.</param>
    /// <param name="tape">Of this panel.</param>
    /// <param name="states">Of this panel.</param>
    /// <param name="gHidden">(H, columns)</param>
    /// <param name="dropout">Whether units were dropped.</param>
    /// <param name="gContext">Gets the gradient by a relaxed one-hot state added, (K, columns); empty where nobody asks.</param>
    /// <param name="scratch">Room for the call.</param>
    public void Backward(
        FlowVectors values, FlowVectors gradient, ConditionerTape tape, ColumnStates states, Span<float> gHidden, bool dropout,
        Span<float> gContext, PanelScratch scratch)
    {
        int columns = states.Columns;
        var learned = gradient.Learned;
        Span<float> gOutput = tape.Output.Span, delta = scratch.Delta, gActivated = scratch.Activated;
        DenseLayer<T>.WeightGradient(Layout.Final, gOutput, tape.Hidden.Span, learned, columns, scratch.Rows);
        DenseLayer<T>.BiasGradient(Layout.Final, gOutput, learned, columns);
        DenseLayer<T>.InputGradient(Layout.Final, values.Learned, gOutput, gHidden, columns);
        for (int i = Layout.Blocks.Length - 1; i >= 0; i--)
        {
            var block = Layout.Blocks[i];
            Span<float> rectified = tape.Rectified[i].Span, activated = tape.Activated[i].Span;
            var gBranch = gHidden;
            if (block.Gate is TableSlot gate)
            {
                var opening = scratch.Hidden;
                Elementwise<T>.Multiply(gHidden, tape.Branch[i].Span, delta, _hidden, columns);
                StateTable<T>.Accumulate(gradient.Derived, gate, states, delta, scratch.Rows);
                StateTable<T>.Fill(values.Derived, gate, states, opening, scratch.Rows);
                if (!gContext.IsEmpty)
                    GateContextGradient(block.Context!.Value, values, opening, delta, gContext, columns);
                gBranch = delta;
                Elementwise<T>.Multiply(gHidden, opening, gBranch, _hidden, columns);
            }
            DenseLayer<T>.WeightGradient(block.Second, gBranch, activated, learned, columns, scratch.Rows);
            DenseLayer<T>.BiasGradient(block.Second, gBranch, learned, columns);
            DenseLayer<T>.InputGradient(block.Second, values.Learned, gBranch, gActivated, columns);
            Elementwise<T>.RectifyGradient(activated, gActivated, _hidden, columns, dropout ? 1 / (1 - Layout.Dropout) : 1);
            DenseLayer<T>.WeightGradient(block.First, gActivated, rectified, learned, columns, scratch.Rows);
            StateTable<T>.Accumulate(gradient.Derived, block.Bias, states, gActivated, scratch.Rows);
            if (!gContext.IsEmpty && block.Gate is null)
                AddContextGradient(block.Context!.Value, values, gActivated, gContext, columns);
            DenseLayer<T>.InputGradient(block.First, values.Learned, gActivated, delta, columns);
            Elementwise<T>.AddRectifyGradient(rectified, delta, gHidden, _hidden, columns);
        }
        StateTable<T>.Accumulate(gradient.Derived, Layout.InitialBias, states, gHidden, scratch.Rows);
        if (!gContext.IsEmpty)
            InitialContextGradient(values, states, gHidden, gContext, scratch);
    }

    /// <summary>From the gradient by W0 x to that by W0, added, and that by x, in <paramref name="gInput"/>.</summary>
    public void BackwardShared(
        FlowVectors values, FlowVectors gradient, ConditionerTape tape, ReadOnlySpan<float> gHidden, Span<float> gInput, int columns, PanelScratch scratch)
    {
        DenseLayer<T>.WeightGradient(Layout.Initial, gHidden, tape.Input.Span, gradient.Learned, columns, scratch.Rows);
        DenseLayer<T>.InputGradient(Layout.Initial, values.Learned, gHidden, gInput, columns);
    }

    /// <summary>Prepares the tape for <see cref="ForwardUnits"/>: what the state adds stands in place of W0 x and W0 relu(h).</summary>
    public void StartUnits(FlowVectors values, ConditionerTape tape, ColumnStates states, PanelScratch scratch)
    {
        StateTable<T>.Fill(values.Derived, Layout.InitialBias, states, tape.Hidden.Span, scratch.Rows);
        for (int i = 0; i < Layout.Blocks.Length; i++)
            StateTable<T>.Fill(values.Derived, Layout.Blocks[i].Bias, states, tape.Activated[i].Span, scratch.Rows);
    }

    /// <summary>
    /// Computes the hidden units from <paramref name="from"/> to before <paramref name="to"/> in all layers of a masked network, for which
    /// all that they see must be known.
    /// </summary>
    public void ForwardUnits(FlowVectors values, ConditionerTape tape, ColumnStates states, int from, int to)
    {
        int columns = states.Columns, start = from * Panel.Columns, count = to - from;
        var hidden = tape.Hidden.Span;
        DenseLayer<T>.Forward(Layout.Initial, values.Learned, default, tape.Input.Span, hidden, columns, from, to, ProductStart.Target);
        for (int i = 0; i < Layout.Blocks.Length; i++)
        {
            var block = Layout.Blocks[i];
            Span<float> rectified = tape.Rectified[i].Span, activated = tape.Activated[i].Span;
            Elementwise<T>.Rectify(hidden[start..], rectified[start..], count, columns);
            DenseLayer<T>.Forward(block.First, values.Learned, default, rectified, activated, columns, from, to, ProductStart.Target);
            Elementwise<T>.Rectify(activated[start..], activated[start..], count, columns);
            DenseLayer<T>.Forward(block.Second, values.Learned, default, activated, hidden, columns, from, to, ProductStart.Target);
            Elementwise<T>.AddToRows(Bias(values, block.Second)[from..to], hidden[start..], count, columns);
        }
    }

    /// <summary>The raw parameters of one feature of a masked network.</summary>
    public void ForwardFeature(FlowVectors values, ConditionerTape tape, ColumnStates states, int feature, int parameters) =>
        ForwardOutputs(values, tape, states, feature * parameters, (feature + 1) * parameters);

    /// <summary>The outputs from <paramref name="from"/> to before <paramref name="to"/> of a masked network.</summary>
    private void ForwardOutputs(FlowVectors values, ConditionerTape tape, ColumnStates states, int from, int to) =>
        DenseLayer<T>.Forward(
            Layout.Final, values.Learned, Bias(values, Layout.Final), tape.Hidden.Span, tape.Output.Span, states.Columns, from, to,
            ProductStart.Bias);

    private static ReadOnlySpan<float> Bias(FlowVectors values, DenseSlot slot) => values.Learned.Slice(slot.Bias, slot.Outputs);

    // y = W x + the bias of each column's state.
    private static void Linear(
        DenseSlot slot, TableSlot bias, FlowVectors values, ReadOnlySpan<float> x, Span<float> y, ColumnStates states, PanelScratch scratch)
    {
        if (StateTable<T>.IsCommon(bias, states))
        {
            DenseLayer<T>.Forward(slot, values.Learned, bias.Row(values.Derived, states.Common), x, y, states.Columns);
            return;
        }
        StateTable<T>.Fill(values.Derived, bias, states, y, scratch.Rows);
        DenseLayer<T>.ForwardAdd(slot, values.Learned, x, y, states.Columns);
    }

    // The gate is sigmoid(a): da = g (1 - g) times what reaches it.
    private static void GateContextGradient(
        TableSlot context, FlowVectors values, ReadOnlySpan<float> opening, Span<float> delta, Span<float> gContext, int columns)
    {
        Elementwise<T>.SigmoidGradient(opening, delta, context.Columns, columns);
        AddContextGradient(context, values, delta, gContext, columns);
    }

    private void InitialContextGradient(
        FlowVectors values, ColumnStates states, ReadOnlySpan<float> gHidden, Span<float> gContext, PanelScratch scratch)
    {
        if (Layout.InitialSwitch is not TableSlot on)
        {
            AddContextGradient(Layout.InitialContext!.Value, values, gHidden, gContext, states.Columns);
            return;
        }
        StateTable<T>.Fill(values.Derived, on, states, scratch.Hidden, scratch.Rows);
        Elementwise<T>.Multiply(gHidden, scratch.Hidden, scratch.Hidden, _hidden, states.Columns);
        AddContextGradient(Layout.InitialContext!.Value, values, scratch.Hidden, gContext, states.Columns);
    }

    private static void AddContextGradient(
        TableSlot context, FlowVectors values, ReadOnlySpan<float> gHidden, Span<float> gContext, int columns) =>
        MatrixProduct<T>.Run(
            new LeftFactor(context.Of(values.Learned), context.Stride, 1), gHidden, Panel.Columns, gContext, Panel.Columns,
            context.Rows, columns, context.Columns, ProductStart.Target);
}
