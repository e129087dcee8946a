using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// <c>ResidualNetwork</c>: <c>b(z) = b0 + Wz z</c>, and each block has a gate <c>g(z) = sigmoid(bg + Wg z)</c>. All
/// are rows of tables, for z is one-hot.
/// </summary>
internal sealed class CouplingConditioner : ConditionerLayout
{
    private readonly TableSlot? _context;

    /// <param name="builder">Where the network gets its places.</param>
    /// <param name="name">Of the network in the model.</param>
    /// <param name="inputs">Values that it takes beside the state: the context, then features; or a constant.</param>
    /// <param name="given">Values of the context, which the model has behind the state.</param>
    /// <param name="outputs">Raw parameters of the map.</param>
    /// <param name="states">K.</param>
    /// <param name="hidden">H.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="dropout">Share of units to drop while training.</param>
    public CouplingConditioner(
        LayoutBuilder builder, string name, int inputs, int given, int outputs, int states, int hidden, int blocks, double dropout)
        : base(states, hidden, dropout)
    {
        Initial = new DenseSlot(builder.Learned, inputs, hidden, builder.Lanes);
        _context = HasContext ? builder.Learned.ReserveTable(states, hidden) : null;
        InitialBias = builder.Derived.ReserveTable(states, hidden);
        int features = inputs - given, width = HasContext ? states : 0;
        builder.Map.Add(name + ".initial.weight", hidden, inputs + width, (output, input) =>
            input < features ? Initial.WeightPlace(output, given + input)
            : input < features + width ? Place(_context!.Value, input - features, output)
            : Initial.WeightPlace(output, input - features - width));
        MapBias(builder, name + ".initial", Initial);
        Blocks = [.. Enumerable.Range(0, blocks).Select(i => CreateBlock(builder, $"{name}.blocks.{i}"))];
        Final = new DenseSlot(builder.Learned, hidden, outputs, builder.Lanes);
        builder.Map.Add(name + ".final.weight", outputs, hidden, Final.WeightPlace);
        MapBias(builder, name + ".final", Final);
    }

    public override DenseSlot Initial { get; }

    public override DenseSlot Final { get; }

    public override ConditionerBlock[] Blocks { get; }

    public override TableSlot InitialBias { get; }

    public override TableSlot? InitialContext => _context;

    public override bool IsGated => HasContext;

    public override void Derive(FlowVectors values)
    {
        Span<float> learned = values.Learned, derived = values.Derived;
        var bias = learned.Slice(Initial.Bias, HiddenUnits);
        for (int state = 0; state < States; state++)
        {
            var row = InitialBias.Row(derived, state);
            bias.CopyTo(row);
            if (_context is TableSlot context)
                TensorPrimitives.Add(row, context.Row(learned, state), row);
            foreach (var block in Blocks)
            {
                learned.Slice(block.First.Bias, HiddenUnits).CopyTo(block.Bias.Row(derived, 0));
                if (block.Gate is not TableSlot gate)
                    continue;
                var opening = gate.Row(derived, state);
                TensorPrimitives.Add(learned.Slice(block.ContextBias, HiddenUnits), block.Context!.Value.Row(learned, state), opening);
                TensorPrimitives.Sigmoid(opening, opening);
            }
        }
    }

    public override void Return(FlowVectors values, FlowVectors gradient)
    {
        Span<float> learned = gradient.Learned, derived = gradient.Derived;
        var bias = learned.Slice(Initial.Bias, HiddenUnits);
        for (int state = 0; state < States; state++)
        {
            var row = InitialBias.Row(derived, state);
            TensorPrimitives.Add(bias, row, bias);
            if (_context is TableSlot context)
                row.CopyTo(context.Row(learned, state));
        }
        foreach (var block in Blocks)
        {
            block.Bias.Row(derived, 0).CopyTo(learned.Slice(block.First.Bias, HiddenUnits));
            for (int state = 0; block.Gate is TableSlot gate && state < States; state++)
                ReturnGate(block, gate.Row(values.Derived, state), gate.Row(derived, state), learned, state);
        }
    }

    // The gate is sigmoid(a): da = g (1 - g) dg.
    private void ReturnGate(ConditionerBlock block, ReadOnlySpan<float> opening, ReadOnlySpan<float> gOpening, Span<float> learned, int state)
    {
        Span<float> context = block.Context!.Value.Row(learned, state), bias = learned.Slice(block.ContextBias, HiddenUnits);
        for (int unit = 0; unit < HiddenUnits; unit++)
        {
            context[unit] = gOpening[unit] * opening[unit] * (1 - opening[unit]);
            bias[unit] += context[unit];
        }
    }

    private ConditionerBlock CreateBlock(LayoutBuilder builder, string name)
    {
        var first = new DenseSlot(builder.Learned, HiddenUnits, HiddenUnits, builder.Lanes);
        var second = new DenseSlot(builder.Learned, HiddenUnits, HiddenUnits, builder.Lanes);
        var bias = builder.Derived.ReserveTable(1, HiddenUnits);
        builder.Map.Add(name + ".first.weight", HiddenUnits, HiddenUnits, first.WeightPlace);
        MapBias(builder, name + ".first", first);
        builder.Map.Add(name + ".second.weight", HiddenUnits, HiddenUnits, second.WeightPlace);
        MapBias(builder, name + ".second", second);
        if (!HasContext)
            return new ConditionerBlock(first, second, null, 0, bias, null);
        var context = builder.Learned.ReserveTable(States, HiddenUnits);
        int contextBias = builder.Learned.Reserve(HiddenUnits);
        builder.Map.Add(name + ".gate.weight", HiddenUnits, States, (unit, state) => Place(context, state, unit));
        builder.Map.Add(name + ".gate.bias", HiddenUnits, unit => contextBias + unit);
        return new ConditionerBlock(first, second, context, contextBias, bias, builder.Derived.ReserveTable(States, HiddenUnits));
    }

    private static int Place(TableSlot table, int row, int column) => table.Place + row * table.Stride + column;
}
