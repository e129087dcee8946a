using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.NormalizingFlows.Persistence.Friend;

/// <summary>
/// The graph of an ONNX model that <c>mlContext.Model.ConvertToOnnx</c> writes, to which nodes are added. All kinds of nodes here mean the same in operator
/// sets 12 to 17: axes of sums, splits and squeezes, whose form changed, are avoided.
/// </summary>
internal sealed class OnnxGraph(OnnxContext context, DataViewSchema source)
{
    /// <summary>Of operators; the first with <c>LessOrEqual</c>.</summary>
    private const int MinimumOperatorSet = 12;

    /// <summary>What variables are named that are no column: ML.NET keeps the names of both in one place.</summary>
    private const string Inner = "normalizing_flow_";

    private readonly Dictionary<string, List<(Array Values, OnnxValue Constant)>> _constants = new(StringComparer.Ordinal);
    private int _count;

    /// <exception cref="InvalidOperationException">An older operator set was asked for.</exception>
    public void CheckOperators() => context.CheckOpSetVersion(MinimumOperatorSet, "NormalizingVariationalFlow");

    /// <summary>A column of the table, (B, its size).</summary>
    /// <exception cref="NotSupportedException">What made it cannot be written.</exception>
    public OnnxValue Column(string name) => context.ContainsColumn(name)
        ? new OnnxValue(this, context.GetVariableName(name))
        : throw new NotSupportedException($"The column '{name}' is made by a transform that cannot be written as ONNX: convert what is behind it, or leave that transform out.");

    /// <summary>Whether a column is one of the model's inputs, of that type.</summary>
    public bool IsInput(string name, DataViewType type) => source.GetColumnOrNull(name) is { } column && column.Type.Equals(type);

    /// <summary>Adds a column of the table.</summary>
    public void SetColumn(string name, DataViewType type, OnnxValue value) =>
        context.CreateNode("Identity", value.Name, context.AddIntermediateVariable(type, name), context.GetNodeName("Identity"), "");

    /// <summary>A node with one output.</summary>
    /// <param name="kind">The operator.</param>
    /// <param name="inputs">What it is given.</param>
    /// <param name="attributes">Whole numbers, lists of them, lists of Single or of texts, a text, or a type of values.</param>
    public OnnxValue Node(string kind, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) => NodeOf("", kind, 1, inputs, attributes)[0];

    /// <summary>The places of the smallest values of the last axis and these, both (B, <paramref name="count"/>), ascending.</summary>
    public (OnnxValue Values, OnnxValue Places) Smallest(OnnxValue values, int count)
    {
        var found = NodeOf("", "TopK", 2, [values, Constant([(long)count], 1)], [("largest", 0), ("sorted", 1)]);
        return (found[0], found[1]);
    }

    /// <summary>A node of the operators for models that are no networks.</summary>
    public OnnxValue ModelNode(string kind, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        NodeOf("ai.onnx.ml", kind, 1, inputs, attributes)[0];

    /// <summary>A number.</summary>
    public OnnxValue Constant(float value) => Constant<float>([value], [], (numbers, name) => context.AddInitializer(numbers[0], name));

    /// <summary>Numbers; what was written before is not written again.</summary>
    public OnnxValue Constant(IEnumerable<float> values, params long[] shape) => Constant([.. values], shape, (numbers, name) => context.AddInitializer(numbers, shape, name));

    public OnnxValue Constant(IEnumerable<double> values, params long[] shape) => Constant([.. values], shape, (numbers, name) => context.AddInitializer(numbers, shape, name));

    public OnnxValue Constant(IEnumerable<long> values, params long[] shape) => Constant([.. values], shape, (numbers, name) => context.AddInitializer(numbers, shape, name));

    private OnnxValue Constant<T>(T[] values, long[] shape, Func<T[], string, string> add) where T : unmanaged
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes<T>(values));
        string key = FormattableString.Invariant($"{typeof(T).Name} {string.Join(',', shape)} {hash.ToHashCode()}");
        if (!_constants.TryGetValue(key, out var alike))
            _constants[key] = alike = [];
        foreach (var (other, constant) in alike)
        {
            if (MemoryMarshal.AsBytes<T>(values).SequenceEqual(MemoryMarshal.AsBytes<T>((T[])other)))
                return constant;
        }
        var added = new OnnxValue(this, add(values, NextName()));
        alike.Add((values, added));
        return added;
    }

    // Ever another one: ML.NET makes a name unique by counting up from 0.
    private string NextName() => FormattableString.Invariant($"{Inner}{_count++}_");

    private OnnxValue[] NodeOf(string domain, string kind, int count, ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var names = new List<string>();
        foreach (var input in inputs)
            names.Add(input.Name);
        OnnxValue[] outputs = [.. Enumerable.Range(0, count).Select(_ => new OnnxValue(this, context.AddIntermediateVariable(null, NextName(), skip: true)))];
        var node = context.CreateNode(kind, names, outputs.Select(output => output.Name), context.GetNodeName(NextName() + kind), domain);
        foreach (var (name, value) in attributes)
        {
            switch (value)
            {
                case int number:
                    node.AddAttribute(name, (long)number);
                    break;
                case long[] numbers:
                    node.AddAttribute(name, numbers);
                    break;
                case float[] numbers:
                    node.AddAttribute(name, numbers);
                    break;
                case string text:
                    node.AddAttribute(name, text);
                    break;
                case string[] texts:
                    node.AddAttribute(name, texts);
                    break;
                case Type type:
                    node.AddAttribute(name, type);
                    break;
                default:
                    throw new NotSupportedException($"{value.GetType().Name} is no kind of attribute.");
            }
        }
        return outputs;
    }
}

/// <summary>
/// A view that <c>mlContext.Model.ConvertToOnnx</c> can write. It goes from view to view to the source of the data and takes what it does not know for that
/// source: without this the columns that a transformer adds would become inputs of a model that copies them out.
/// </summary>
internal abstract class OnnxView(IDataView source) : ITransformCanSaveOnnx
{
    IDataView IDataTransform.Source => source;

    public abstract DataViewSchema Schema { get; }

    public abstract bool CanShuffle { get; }

    public abstract long? GetRowCount();

    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    /// <summary>Adds the columns of the view to a graph.</summary>
    /// <exception cref="NotSupportedException">They cannot be written; nothing was then.</exception>
    protected abstract void WriteOnnx(OnnxGraph graph);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
    {
        var end = source;
        while (end is IDataTransform transform)
            end = transform.Source;
        var graph = new OnnxGraph(ctx, end.Schema);
        graph.CheckOperators();
        WriteOnnx(graph);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view cannot be saved: save the transformer with mlContext.Model.Save.");
}
