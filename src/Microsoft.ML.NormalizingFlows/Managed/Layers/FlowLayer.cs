using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Managed.Maps;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// A step of the flow: permutation and linear map, then a <c>Coupling</c> or <c>MaskedAutoregressive</c>
/// layer. The linear map puts the features that pass a coupling first, the mapped ones behind them, so that each part is a
/// block of rows; in an autoregressive layer none pass and all condition. The network sees the context first, then the features.
/// </summary>
/// <param name="linear">The map in front.</param>
/// <param name="conditioner">The network.</param>
/// <param name="map">The map of each mapped feature.</param>
/// <param name="passing">Features that pass; 0 in an autoregressive layer.</param>
/// <param name="mapped">Features that are mapped.</param>
/// <param name="given">Values that the network is given beside features and state.</param>
internal sealed class FlowLayer<T>(LinearStep<T> linear, Conditioner<T> conditioner, ManagedMap<T> map, int passing, int mapped, int given)
    where T : unmanaged, ILanes<T>
{
    private const float InputLimit = (float)ParameterLimits.NetworkInput;

    private readonly MaskedConditioner? _masked = conditioner.Layout as MaskedConditioner;

    public LinearStep<T> Linear { get; } = linear;

    public Conditioner<T> Conditioner { get; } = conditioner;

    public FlowLayerTape CreateTape() => new(passing + mapped, T.Count, Conditioner.CreateTape());

    /// <summary>The part that is the same for all latent states where the points are: linear map, network input, W0 x.</summary>
    public void ForwardShared(FlowVectors values, ReadOnlySpan<float> points, ReadOnlySpan<float> context, FlowLayerTape tape, int columns, PanelScratch scratch)
    {
        Mix(values, points, context, tape, columns, scratch);
        Conditioner.ForwardShared(values, tape.Conditioner, columns);
    }

    /// <summary>From points to <see cref="FlowLayerTape.Output"/>; log-determinants but for the linear map's are added to a row.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="points">(D, columns); not read where there is a shared part.</param>
    /// <param name="context">What the layer is given, (C + d, columns).</param>
    /// <param name="tape">Of this layer and panel.</param>
    /// <param name="shared">The tape that <see cref="ForwardShared"/> filled, or null.</param>
    /// <param name="states">Of this panel.</param>
    /// <param name="logDeterminant">One row.</param>
    /// <param name="dropoutSeed">Of this layer and step; null drops nothing.</param>
    /// <param name="scratch">Room for the call.</param>
    public void Forward(
        FlowVectors values, ReadOnlySpan<float> points, ReadOnlySpan<float> context, FlowLayerTape tape, FlowLayerTape? shared, ColumnStates states,
        Span<float> logDeterminant, uint? dropoutSeed, PanelScratch scratch)
    {
        int columns = states.Columns;
        if (shared is null)
            Mix(values, points, context, tape, columns, scratch);
        Conditioner.Forward(
            values, tape.Conditioner, states, shared is null ? default : shared.Conditioner.Hidden.Span, dropoutSeed, scratch);
        var mixed = (shared ?? tape).Mixed.Span;
        var output = tape.Output.Span;
        CopyRows(mixed, output, passing);
        map.Forward(
            tape.Conditioner.Output.Span, Mapped(mixed), Mapped(output), logDeterminant, mapped, columns, scratch.Map);
    }

    /// <summary>
    /// From the gradient by the output, in <paramref name="g"/>, to that by the parameters of network and map, that by W0 x in
    /// <paramref name="gHidden"/>, and in <paramref name="g"/> that by the mixed points, but for the way through W0.
    /// </summary>
    public void Backward(
        FlowVectors values, FlowVectors gradient, FlowLayerTape tape, FlowLayerTape? shared, ColumnStates states, Span<float> g,
        ReadOnlySpan<float> gLogDeterminant, Span<float> gHidden, bool dropout, Span<float> gContext, PanelScratch scratch)
    {
        var mixed = (shared ?? tape).Mixed.Span;
        map.Backward(tape.Conditioner.Output.Span, Mapped(mixed), Mapped(g), gLogDeterminant, mapped, states.Columns, scratch.Map);
        Conditioner.Backward(values, gradient, tape.Conditioner, states, gHidden, dropout, gContext, scratch);
    }

    /// <summary>
    /// The rest of the way: through W0, and to the parameters of the linear map; g is then that by the mixed points. That by what is given is added
    /// to <paramref name="gGiven"/>, where it is asked for.
    /// </summary>
    public void BackwardShared(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> points, FlowLayerTape tape, Span<float> g, ReadOnlySpan<float> gHidden,
        int columns, PanelScratch scratch, ReadOnlySpan<float> context = default, Span<float> gGiven = default)
    {
        Conditioner.BackwardShared(values, gradient, tape.Conditioner, gHidden, scratch.Points, columns, scratch);
        if (!gGiven.IsEmpty)
            Elementwise<T>.AddClampGradient(context, scratch.Points, gGiven, given, columns, InputLimit);
        Elementwise<T>.AddClampGradient(tape.Mixed.Span, scratch.Points[(given * Panel.Columns)..], g, Conditioning, columns, InputLimit);
        Linear.ParameterGradient(values, gradient, g, points, columns, scratch);
    }

    /// <summary>Replaces points behind the layer by those in front of it; the tape is room for the call.</summary>
    public void Inverse(
        FlowVectors values, Span<float> points, ReadOnlySpan<float> context, FlowLayerTape tape, ColumnStates states, PanelScratch scratch)
    {
        if (_masked is null)
        {
            SetInput(points, context, tape, states.Columns);
            Conditioner.Forward(values, tape.Conditioner, states, default, null, scratch);
            map.Inverse(tape.Conditioner.Output.Span, Mapped(points), Mapped(points), mapped, states.Columns, scratch.Map);
        }
        else
        {
            InverseFeatureByFeature(_masked, values, points, context, tape, states, scratch);
        }
        Linear.Inverse(values, points, states.Columns, tape.Output.Span);
    }

    // Each unit of the network is computed once, as soon as the last feature that it sees is known: D steps cost one pass.
    private void InverseFeatureByFeature(
        MaskedConditioner masked, FlowVectors values, Span<float> points, ReadOnlySpan<float> context, FlowLayerTape tape, ColumnStates states,
        PanelScratch scratch)
    {
        int units = 0, width = map.ParametersPerFeature * Panel.Columns;
        var input = tape.Conditioner.Input.Span;
        Elementwise<T>.Clamp(context, input, given, states.Columns, InputLimit);
        Conditioner.StartUnits(values, tape.Conditioner, states, scratch);
        for (int feature = 0; feature < mapped; feature++)
        {
            int known = masked.UnitsUpTo(feature);
            Conditioner.ForwardUnits(values, tape.Conditioner, states, units, known);
            units = known;
            Conditioner.ForwardFeature(values, tape.Conditioner, states, feature, map.ParametersPerFeature);
            var point = points.Slice(feature * Panel.Columns, Panel.Columns);
            map.Inverse(tape.Conditioner.Output.Span.Slice(feature * width, width), point, point, 1, states.Columns, scratch.Map);
            Elementwise<T>.Clamp(point, input[((given + feature) * Panel.Columns)..], 1, states.Columns, InputLimit);
        }
    }

    // Features that the network sees.
    private int Conditioning => _masked is null ? passing : mapped;

    private void Mix(FlowVectors values, ReadOnlySpan<float> points, ReadOnlySpan<float> context, FlowLayerTape tape, int columns, PanelScratch scratch)
    {
        Linear.Forward(values, points, tape.Mixed.Span, columns, scratch);
        SetInput(tape.Mixed.Span, context, tape, columns);
    }

    private void SetInput(ReadOnlySpan<float> mixed, ReadOnlySpan<float> context, FlowLayerTape tape, int columns)
    {
        var input = tape.Conditioner.Input.Span;
        if (given + Conditioning == 0)
            input[..Panel.Columns].Fill(1);     // a single feature: the network sees a constant
        Elementwise<T>.Clamp(context, input, given, columns, InputLimit);
        Elementwise<T>.Clamp(mixed, input[(given * Panel.Columns)..], Conditioning, columns, InputLimit);
    }

    private Span<float> Mapped(Span<float> points) => points.Slice(passing * Panel.Columns, mapped * Panel.Columns);

    private static void CopyRows(ReadOnlySpan<float> from, Span<float> to, int rows) => from[..(rows * Panel.Columns)].CopyTo(to);
}

/// <summary>What a <see cref="FlowLayer{T}"/> computes on the way forward and needs on the way back, for one panel.</summary>
internal sealed class FlowLayerTape(int dimensions, int lanes, ConditionerTape conditioner)
{
    /// <summary>The points behind the linear map: those that pass, then those that are mapped.</summary>
    public AlignedArray Mixed { get; } = new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns);

    /// <summary>The points behind the layer.</summary>
    public AlignedArray Output { get; } = new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns);

    public ConditionerTape Conditioner { get; } = conditioner;

    public long Length => Mixed.Length + Output.Length + Conditioner.Length;
}
