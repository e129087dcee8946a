using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// <c>MaskedResidualNetwork</c>: <c>b(z) = b0 + relu(bz + Wz z)</c>, and each block adds
/// <c>bc + Wc z</c> within. Hidden units are sorted by degree, so that masks are staircases; the parameters of feature i then need
/// the first <see cref="UnitsUpTo"/> units alone.
/// </summary>
internal sealed class MaskedConditioner : ConditionerLayout
{
    private readonly int[] _rowOf;
    private readonly int[] _degrees;
    private readonly TableSlot? _context;
    private readonly int _contextBias;
    private readonly TableSlot? _switch;

    /// <param name="builder">Where the network gets its places.</param>
    /// <param name="name">Of the network in the model.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="given">C, values of the context, of degree 0: everything may see them. The model has them behind the features.</param>
    /// <param name="parametersPerFeature">P.</param>
    /// <param name="degrees">Of the hidden units, in the order of the model.</param>
    /// <param name="states">K.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="dropout">Share of units to drop while training.</param>
    public MaskedConditioner(
        LayoutBuilder builder, string name, int dimensions, int given, int parametersPerFeature, int[] degrees, int states, int blocks, double dropout)
        : this(builder, name, [.. new int[given], .. Repeated(dimensions, 1)], Repeated(dimensions, parametersPerFeature), degrees, states, blocks, dropout)
    {
    }

    /// <param name="builder">Where the network gets its places.</param>
    /// <param name="name">Of the network in the model.</param>
    /// <param name="inputDegrees">Of the inputs, never falling: 0 of the context, from 1 of features.</param>
    /// <param name="outputDegrees">Of the outputs, from 1, never falling; each depends on the inputs of lower degree alone.</param>
    /// <param name="degrees">Of the hidden units, in the order of the model.</param>
    /// <param name="states">K.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="dropout">Share of units to drop while training.</param>
    public MaskedConditioner(
        LayoutBuilder builder, string name, int[] inputDegrees, int[] outputDegrees, int[] degrees, int states, int blocks, double dropout)
        : base(states, degrees.Length, dropout)
    {
        UnitOf = [.. Enumerable.Range(0, HiddenUnits).OrderBy(unit => degrees[unit])];
        _rowOf = new int[HiddenUnits];
        for (int row = 0; row < HiddenUnits; row++)
            _rowOf[UnitOf[row]] = row;
        _degrees = Array.ConvertAll(UnitOf, unit => degrees[unit]);
        int inputs = inputDegrees.Length, given = inputDegrees.Count(degree => degree == 0);

        Initial = new DenseSlot(builder.Learned, inputs, HiddenUnits, builder.Lanes, new Staircase(inputDegrees, _degrees, strict: false));
        builder.Map.Add(name + ".initial.weight", HiddenUnits, inputs, (output, input) =>
            Initial.WeightPlace(_rowOf[output], (input + given) % inputs));
        MapUnits(builder, name + ".initial.bias", Initial.Bias);
        (_context, _contextBias) = CreateContext(builder, name + ".context");
        InitialBias = builder.Derived.ReserveTable(states, HiddenUnits);
        _switch = HasContext ? builder.Derived.ReserveTable(states, HiddenUnits) : null;
        var within = new Staircase(_degrees, _degrees, strict: false);
        Blocks = [.. Enumerable.Range(0, blocks).Select(i => CreateBlock(builder, $"{name}.blocks.{i}", within))];
        Final = new DenseSlot(
            builder.Learned, HiddenUnits, outputDegrees.Length, builder.Lanes, new Staircase(_degrees, outputDegrees, strict: true));
        builder.Map.Add(name + ".final.weight", outputDegrees.Length, HiddenUnits, (output, input) => Final.WeightPlace(output, _rowOf[input]));
        MapBias(builder, name + ".final", Final);
    }

    public override DenseSlot Initial { get; }

    public override DenseSlot Final { get; }

    public override ConditionerBlock[] Blocks { get; }

    public override TableSlot InitialBias { get; }

    public override TableSlot? InitialContext => _context;

    public override TableSlot? InitialSwitch => _switch;

    public override bool IsGated => false;

    /// <summary>How many hidden rows depend on no more than the first <paramref name="features"/> features.</summary>
    public int UnitsUpTo(int features) => _degrees.Count(degree => degree <= features);

    public override void Derive(FlowVectors values)
    {
        Span<float> learned = values.Learned, derived = values.Derived;
        for (int state = 0; state < States; state++)
        {
            var row = InitialBias.Row(derived, state);
            row.Clear();
            if (_context is TableSlot context)
            {
                TensorPrimitives.Add(learned.Slice(_contextBias, HiddenUnits), context.Row(learned, state), row);
                var on = _switch!.Value.Row(derived, state);
                for (int unit = 0; unit < HiddenUnits; unit++)
                    on[unit] = row[unit] > 0 ? 1 : 0;
                TensorPrimitives.Max(row, 0, row);
            }
            TensorPrimitives.Add(row, learned.Slice(Initial.Bias, HiddenUnits), row);
            foreach (var block in Blocks)
            {
                var bias = block.Bias.Row(derived, state);
                learned.Slice(block.First.Bias, HiddenUnits).CopyTo(bias);
                if (block.Context is not TableSlot table)
                    continue;
                TensorPrimitives.Add(bias, learned.Slice(block.ContextBias, HiddenUnits), bias);
                TensorPrimitives.Add(bias, table.Row(learned, state), bias);
            }
        }
    }

    public override void Return(FlowVectors values, FlowVectors gradient)
    {
        Span<float> learned = gradient.Learned, derived = gradient.Derived;
        for (int state = 0; state < States; state++)
        {
            var row = InitialBias.Row(derived, state);
            Add(learned.Slice(Initial.Bias, HiddenUnits), row);
            if (_context is TableSlot context)
            {
                var gContext = context.Row(learned, state);
                TensorPrimitives.Multiply(row, _switch!.Value.Row(values.Derived, state), gContext);
                Add(learned.Slice(_contextBias, HiddenUnits), gContext);
            }
            foreach (var block in Blocks)
            {
                var bias = block.Bias.Row(derived, state);
                Add(learned.Slice(block.First.Bias, HiddenUnits), bias);
                if (block.Context is not TableSlot table)
                    continue;
                Add(learned.Slice(block.ContextBias, HiddenUnits), bias);
                bias.CopyTo(table.Row(learned, state));
            }
        }
    }

    private ConditionerBlock CreateBlock(LayoutBuilder builder, string name, Staircase mask)
    {
        var first = new DenseSlot(builder.Learned, HiddenUnits, HiddenUnits, builder.Lanes, mask);
        var second = new DenseSlot(builder.Learned, HiddenUnits, HiddenUnits, builder.Lanes, mask);
        foreach (var (part, slot) in new[] { (".first", first), (".second", second) })
        {
            builder.Map.Add(name + part + ".weight", HiddenUnits, HiddenUnits, (output, input) => slot.WeightPlace(_rowOf[output], _rowOf[input]));
            MapUnits(builder, name + part + ".bias", slot.Bias);
        }
        var (context, contextBias) = CreateContext(builder, name + ".context");
        return new ConditionerBlock(first, second, context, contextBias, builder.Derived.ReserveTable(States, HiddenUnits), null);
    }

    private (TableSlot? Table, int Bias) CreateContext(LayoutBuilder builder, string name)
    {
        if (!HasContext)
            return (null, 0);
        var table = builder.Learned.ReserveTable(States, HiddenUnits);
        int bias = builder.Learned.Reserve(HiddenUnits);
        builder.Map.Add(name + ".weight", HiddenUnits, States, (unit, state) => table.Place + state * table.Stride + _rowOf[unit]);
        MapUnits(builder, name + ".bias", bias);
        return (table, bias);
    }

    private void MapUnits(LayoutBuilder builder, string name, int place) =>
        builder.Map.Add(name, HiddenUnits, unit => place + _rowOf[unit]);

    // The degrees 1, .., so often each.
    private static int[] Repeated(int degrees, int times) =>
        [.. Enumerable.Range(1, degrees).SelectMany(degree => Enumerable.Repeat(degree, times))];

    private static void Add(Span<float> sum, ReadOnlySpan<float> row) => TensorPrimitives.Add(sum, row, sum);
}
