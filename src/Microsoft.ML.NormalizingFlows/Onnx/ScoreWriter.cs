using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>
/// Writes what a model says of rows, each of it once and where it is asked for: the density is the mean of an ensemble, latent and base vector are those of its
/// first flow. A row with a missing or infinite value gets missing scores.
/// </summary>
internal sealed class ScoreWriter
{
    private readonly FlowModel _model;
    private readonly OnnxValue _isComplete;
    private readonly Dictionary<string, OnnxValue> _once = new(StringComparer.Ordinal);
    private readonly Lazy<(FlowWriter Writer, FlowParts Parts)[]> _members;
    private readonly Lazy<OnnxValue> _logDensity, _posterior;

    /// <param name="model">What is written.</param>
    /// <param name="features">Where the features are.</param>
    /// <param name="context">Where the context is; null for none.</param>
    public ScoreWriter(FlowModel model, OnnxInput features, OnnxInput? context)
    {
        (_model, Graph) = (model, features.Graph);
        var (rows, isComplete) = features.Read();
        if (context is not null)
        {
            var (given, isGiven) = context.Read();
            (rows, isComplete) = (OnnxValue.Concat(1, rows, given), isComplete & isGiven);
        }
        Rows = Mark(rows);
        _isComplete = isComplete;
        _members = new(() => [.. model.Members.Select(member => new FlowWriter(Graph, member)).ToArray().Select(writer => (writer, writer.Score(Rows)))]);
        _logDensity = new(WriteLogDensity);
        _posterior = new(() => First.Parts.LogDensity.Softmax(1));
    }

    public OnnxGraph Graph { get; }

    /// <summary>Differences from the origin, (B, D + C), as the flows are given them.</summary>
    public OnnxValue Rows { get; }

    /// <summary>D.</summary>
    public int Dimensions => _model.Shape.Dimensions;

    /// <summary>log p(x), (B, 1), also of incomplete rows, where it is no number.</summary>
    public OnnxValue LogDensity => _logDensity.Value;

    /// <summary>p(z|x), (B, K), likewise.</summary>
    public OnnxValue Posterior => _posterior.Value;

    /// <summary>The most likely state, from 0, (B, 1), whole numbers; -1 of incomplete rows.</summary>
    public OnnxValue State => Choose(Place(Posterior), -1);

    /// <summary>The row in the Gaussian space of its most likely state, (B, D).</summary>
    public OnnxValue BaseVector
    {
        get
        {
            var parts = First.Parts;
            // Of a place for each feature, (B, 1, D), one row is taken.
            var places = Place(parts.LogDensity).Reshape(-1, 1, 1) + Graph.Constant(new long[Dimensions], Dimensions);
            return Graph.Node("GatherElements", [parts.Base, places], ("axis", 1)).Reshape(-1, Dimensions);
        }
    }

    /// <summary>P(X &lt;= x), (B, 1), of one feature: the mean of an ensemble.</summary>
    public OnnxValue Cumulative
    {
        get
        {
            var members = _members.Value;
            var sum = members[0].Writer.Cumulative(members[0].Parts) * _model.Shares[0];
            for (int m = 1; m < members.Length; m++)
                sum += members[m].Writer.Cumulative(members[m].Parts) * _model.Shares[m];
            return sum;
        }
    }

    /// <summary>No state is left out, so that the bound is 0, (B, 1).</summary>
    public OnnxValue PruningBound => Rows.Slice(0, 1, 1) * 0;

    /// <summary>Numbers, (B, n), NaN of incomplete rows.</summary>
    public OnnxValue Choose(OnnxValue values) => _isComplete.Choose(values, Graph.Constant(float.NaN));

    /// <summary>Whole numbers, (B, n), another one of incomplete rows.</summary>
    public OnnxValue Choose(OnnxValue values, long missing) => _isComplete.Choose(values, Graph.Constant([missing], 1));

    /// <summary>What a task makes of the scores, written once however many columns ask for it.</summary>
    public OnnxValue Once(string what, Func<OnnxValue> write)
    {
        if (!_once.TryGetValue(what, out var written))
            _once[what] = written = write();
        return written;
    }

    /// <summary>The place of the greatest of values, (B, 1), the first where there are several.</summary>
    public static OnnxValue Place(OnnxValue values) => values.Graph.Node("ArgMax", [values], ("axis", 1), ("keepdims", 1));

    private (FlowWriter Writer, FlowParts Parts) First => _members.Value[0];

    private OnnxValue WriteLogDensity()
    {
        OnnxValue[] each = [.. _members.Value.Zip(_model.Shares, (member, share) =>
            (member.Parts.LogDensity.LogSumExp(member.Writer.States, 1) + (member.Writer.LogDeterminant - Math.Log(member.Writer.States) + Math.Log(share))).AtLeast(float.MinValue))];
        return each.Length == 1 ? each[0] : OnnxValue.Concat(1, each).LogSumExp(each.Length, 1);
    }

    // Other values than those of features that had one are moved away from it, see ConstantFeature.
    private OnnxValue Mark(OnnxValue rows)
    {
        if (_model.Constants.Count == 0)
            return rows;
        float[] values = new float[_model.Shape.Width], least = new float[values.Length];
        foreach (var (feature, value) in _model.Constants)
            (values[feature], least[feature]) = (value, ConstantFeature.LeastDistance(value));
        var difference = rows - Graph.Constant(values, values.Length);
        var marked = Graph.Constant(values, values.Length) + Graph.Node("Sign", [difference]) * Graph.Constant(least, least.Length);
        var isNear = Graph.Node("Less", [difference.Abs(), Graph.Constant(least, least.Length)]) & !difference.Equals(0);
        return isNear.Choose(marked, rows);
    }
}

/// <summary>A column that rows are read from: a vector or a scalar of Single or Double, or a key, which becomes a one-hot vector.</summary>
/// <param name="Graph">What is written to.</param>
/// <param name="Name">The column.</param>
/// <param name="Kind">The kind of its values.</param>
/// <param name="Origin">What differences are taken from, one number a value.</param>
internal sealed record OnnxInput(OnnxGraph Graph, string Name, OnnxInputKind Kind, IReadOnlyList<double> Origin)
{
    /// <summary>Below this a difference of Double would become 0 as a Single; it stands for what is no more.</summary>
    private const float Tiny = 1e-30f;

    /// <summary>Differences from the origin, (B, size), and whether none of a row is missing or infinite, (B, 1).</summary>
    public (OnnxValue Rows, OnnxValue IsComplete) Read()
    {
        var column = Graph.Column(Name);
        int size = Origin.Count;
        switch (Kind)
        {
            case OnnxInputKind.Key:
                var number = column.As<long>();
                long[] places = [.. Enumerable.Range(1, size).Select(place => (long)place)];
                var hot = Graph.Node("Equal", [number, Graph.Constant(places, size)]).As<float>();
                return (hot, hot.SumOf(size).As<bool>());
            case OnnxInputKind.Single when Origin.All(origin => origin == 0):
                return (column, All((column - column).Equals(0), size));
            case OnnxInputKind.Single or OnnxInputKind.Double:
                // In Double, as a spread of one far from 0 has no digits in a Single.
                var wide = Kind == OnnxInputKind.Double ? column : column.As<double>();
                var difference = wide - Graph.Constant(Origin, size);
                var zero = Graph.Constant([0.0], 1);
                var isComplete = All(Graph.Node("Equal", [difference - difference, zero]), size);
                var single = difference.As<float>().Within(float.MinValue, float.MaxValue);
                var isLost = single.Equals(0) & !Graph.Node("Equal", [difference, zero]);
                var positive = Graph.Node("Greater", [difference, zero]).As<float>() * 2 + -1;
                return (isLost.Choose(positive * Tiny, single), isComplete);
            default:
                throw OnnxRefusal.Of($"a column of the kind {Kind}");
        }
    }

    private static OnnxValue All(OnnxValue each, int size) => size == 1
        ? each
        : each.Graph.Node("ReduceMin", [each.As<float>()], ("axes", new long[] { 1 }), ("keepdims", 1)).As<bool>();
}

/// <summary>What the values of a column are.</summary>
internal enum OnnxInputKind
{
    Single,
    Double,
    Key,
}
