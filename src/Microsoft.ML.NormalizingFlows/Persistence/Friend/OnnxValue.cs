namespace Microsoft.ML.NormalizingFlows.Persistence.Friend;

/// <summary>A tensor of an <see cref="OnnxGraph"/>. What is done with it adds nodes; shapes stretch to one another, from the last axis on.</summary>
internal readonly record struct OnnxValue(OnnxGraph Graph, string Name)
{
    public static OnnxValue operator +(OnnxValue a, OnnxValue b) => a.Graph.Node("Add", [a, b]);

    public static OnnxValue operator +(OnnxValue a, double b) => a + a.Number(b);

    public static OnnxValue operator -(OnnxValue a, OnnxValue b) => a.Graph.Node("Sub", [a, b]);

    public static OnnxValue operator -(double a, OnnxValue b) => b.Number(a) - b;

    public static OnnxValue operator -(OnnxValue a) => a.Graph.Node("Neg", [a]);

    public static OnnxValue operator *(OnnxValue a, OnnxValue b) => a.Graph.Node("Mul", [a, b]);

    public static OnnxValue operator *(OnnxValue a, double b) => a * a.Number(b);

    public static OnnxValue operator /(OnnxValue a, OnnxValue b) => a.Graph.Node("Div", [a, b]);

    public static OnnxValue operator <=(OnnxValue a, OnnxValue b) => a.Graph.Node("LessOrEqual", [a, b]);

    public static OnnxValue operator >=(OnnxValue a, OnnxValue b) => a.Graph.Node("GreaterOrEqual", [a, b]);

    public static OnnxValue operator &(OnnxValue a, OnnxValue b) => a.Graph.Node("And", [a, b]);

    public static OnnxValue operator !(OnnxValue a) => a.Graph.Node("Not", [a]);

    public OnnxValue Exp() => Graph.Node("Exp", [this]);

    public OnnxValue Log() => Graph.Node("Log", [this]);

    public OnnxValue Sqrt() => Graph.Node("Sqrt", [this]);

    public OnnxValue Abs() => Graph.Node("Abs", [this]);

    public OnnxValue Relu() => Graph.Node("Relu", [this]);

    public OnnxValue Sigmoid() => Graph.Node("Sigmoid", [this]);

    public OnnxValue Softplus() => Graph.Node("Softplus", [this]);

    /// <summary>Held within [low, high].</summary>
    public OnnxValue Within(double low, double high) => Graph.Node("Clip", [this, Number(low), Number(high)]);

    public OnnxValue AtLeast(double low) => Graph.Node("Max", [this, Number(low)]);

    public OnnxValue Equals(double value) => Graph.Node("Equal", [this, Number(value)]);

    public OnnxValue Times(OnnxValue matrix) => Graph.Node("MatMul", [this, matrix]);

    /// <summary>Sums over the last axis, which has that many values and one then.</summary>
    public OnnxValue SumOf(int count) => count == 1 ? this : Times(Graph.Constant(Enumerable.Repeat(1f, count), count, 1));

    /// <summary>softmax over the last axis.</summary>
    /// <param name="axis">Its number.</param>
    public OnnxValue Softmax(int axis) => Graph.Node("Softmax", [this], ("axis", axis));

    /// <summary>logsumexp over the last axis, which has one value then.</summary>
    /// <param name="count">The values of the axis.</param>
    /// <param name="axis">Its number.</param>
    public OnnxValue LogSumExp(int count, int axis)
    {
        if (count == 1)
            return this;
        var greatest = Graph.Node("ReduceMax", [this], ("axes", new long[] { axis }), ("keepdims", 1));
        return greatest + (this - greatest).Exp().SumOf(count).Log();
    }

    /// <summary>Another shape; 0 stands for the size that the axis has, -1 for what is left.</summary>
    public OnnxValue Reshape(params long[] shape) => Graph.Node("Reshape", [this, Graph.Constant(shape, shape.Length)]);

    /// <summary>Places of an axis.</summary>
    public OnnxValue Take(IEnumerable<int> places, int axis)
    {
        long[] numbers = [.. places.Select(place => (long)place)];
        return Graph.Node("Gather", [this, Graph.Constant(numbers, numbers.Length)], ("axis", axis));
    }

    /// <summary>Places of an axis that are next to one another.</summary>
    public OnnxValue Slice(int start, int count, int axis) =>
        Graph.Node("Slice", [this, Graph.Constant([(long)start], 1), Graph.Constant([(long)start + count], 1), Graph.Constant([(long)axis], 1)]);

    /// <summary>The numbers of a type.</summary>
    public OnnxValue As<T>() => Graph.Node("Cast", [this], ("to", typeof(T)));

    /// <summary>Where this is true, one value, else the other.</summary>
    public OnnxValue Choose(OnnxValue yes, OnnxValue no) => Graph.Node("Where", [this, yes, no]);

    public static OnnxValue Concat(int axis, params ReadOnlySpan<OnnxValue> parts) => parts.Length == 1 ? parts[0] : parts[0].Graph.Node("Concat", parts, ("axis", axis));

    private OnnxValue Number(double value) => Graph.Constant((float)value);
}
