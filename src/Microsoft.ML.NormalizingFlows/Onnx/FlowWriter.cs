using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes one flow, from its description: all states of a row at once, none left out.</summary>
internal sealed class FlowWriter
{
    private readonly OnnxGraph _graph;
    private readonly FlowMember _member;
    private readonly FlowSpec _spec;
    private readonly LayerWriter[] _layers;
    private readonly BaseWriter _base;
    private readonly float[] _shift, _scale, _prior;

    /// <exception cref="NotSupportedException">A part is of a kind that is not written.</exception>
    public FlowWriter(OnnxGraph graph, FlowMember member)
    {
        (_graph, _member, _spec) = (graph, member, member.Spec);
        var values = new LearnedValues(member);
        (_shift, _scale) = (values[ParameterNames.Shift], values[ParameterNames.Scale]);
        _prior = [.. Enumerable.Repeat(1f / _spec.States, _spec.States)];
        var layers = new List<LayerWriter>();
        switch (_spec.Latent)
        {
            case NoLatentSpec or DiscreteLatentSpec:
                break;
            case MixtureLatentSpec mixture:
                var gaussians = new MixtureLatentWriter(mixture, _spec.Dimensions, values);
                _prior = gaussians.Prior;
                layers.Add(gaussians);
                break;
            case ContinuousLatentSpec:
                throw OnnxRefusal.Of("a continuous latent, whose density is a mean over draws,");
            default:
                throw OnnxRefusal.Of($"a latent of the kind {_spec.Latent.GetType().Name}");
        }
        layers.AddRange(Enumerable.Range(0, _spec.Layers.Count).Select(index => LayerWriter.Create(_spec, index, values)));
        _layers = [.. layers];
        _base = BaseWriter.Create(_spec, values);
        LogDeterminant = -_scale.Take(_spec.Dimensions).Sum(scale => Math.Log(scale));
    }

    /// <summary>K.</summary>
    public int States => _spec.States;

    /// <summary>ln |det| of the standardisation: what <see cref="Score"/> leaves out.</summary>
    public double LogDeterminant { get; }

    /// <summary>Rows under all states.</summary>
    /// <param name="rows">(B, D + C), in the user's units.</param>
    public FlowParts Score(OnnxValue rows)
    {
        int d = _spec.Dimensions, width = _spec.RowWidth;
        var points = ((rows - _graph.Constant(_shift, width)) / _graph.Constant(_scale, width))
            .Within(-ParameterLimits.Standardized, ParameterLimits.Standardized).Reshape(-1, 1, width);
        var at = new RowContext(_graph, _spec.States, Given(points), State: null);
        var u = _spec.Context == 0 ? points : points.Slice(0, d, 2);
        if (_spec.States > 1 && _spec.Latent is not MixtureLatentSpec)
            u += _graph.Constant(new float[_spec.States], _spec.States, 1);
        OnnxValue? logDeterminant = null;
        double constant = 0;
        foreach (var layer in _layers)
        {
            (u, var own) = layer.Forward(u, at);
            logDeterminant = logDeterminant is { } sum && own is { } more ? sum + more : own ?? logDeterminant;
            constant += layer.LogDeterminant;
        }
        var logDensity = _base.LogDensity(u);
        if (logDeterminant is { } all)
            logDensity += all;
        logDensity += constant;
        return new(logDensity.AtLeast(ParameterLimits.MinimumLogDensity).Reshape(-1, _spec.States), u);
    }

    /// <summary>P(X &lt;= x), (B, 1), of one feature.</summary>
    public OnnxValue Cumulative(FlowParts parts) =>
        (_base.Cumulative(parts.Base).Reshape(-1, _spec.States) * _graph.Constant(_prior, _spec.States)).SumOf(_spec.States).Within(0, 1);

    /// <summary>Rows of points of the base distribution.</summary>
    /// <param name="noise">(B, D).</param>
    /// <param name="state">The state of each row, whole numbers from 0, (B, 1); null where there is one.</param>
    /// <param name="context">(B, C), in the user's units; null for none.</param>
    /// <returns>(B, D), in the user's units.</returns>
    public OnnxValue Invert(OnnxValue noise, OnnxValue? state, OnnxValue? context)
    {
        int d = _spec.Dimensions, width = _spec.RowWidth;
        OnnxValue? given = context is not { } values ? null : ((values - _graph.Constant(_shift[d..], width - d)) / _graph.Constant(_scale[d..], width - d))
            .Within(-ParameterLimits.NetworkInput, ParameterLimits.NetworkInput).Reshape(-1, 1, width - d);
        var at = new RowContext(_graph, _spec.States, given, _spec.States > 1 ? state : null);
        var points = noise.Reshape(-1, 1, d);
        for (int i = _layers.Length - 1; i >= 0; i--)
            points = _layers[i].Inverse(points, at);
        return points.Reshape(-1, d) * _graph.Constant(_scale.Take(d), d) + _graph.Constant(_shift.Take(d), d);
    }

    /// <summary>Rows of noise, see <see cref="Invert"/>.</summary>
    /// <param name="normals">Standard normal numbers, (B, D).</param>
    /// <param name="state">Of each row, (B, 1); one that there is not counts as the last.</param>
    /// <param name="component">Of the base distribution, likewise.</param>
    /// <param name="context">(B, C); null for none.</param>
    public OnnxValue Draw(OnnxValue normals, OnnxValue state, OnnxValue component, OnnxValue? context)
    {
        int d = _spec.Dimensions;
        if (_spec.Base is MixtureBaseSpec mixture)
        {
            var (means, scales) = Components(_member);
            var own = Existing(component, mixture.Components);
            normals = Row(means, mixture.Components, own) + Row(scales, mixture.Components, own) * normals;
        }
        return Invert(normals, Existing(state, _spec.States), context);

        // Rows of another flow of an ensemble are made too, and then left out.
        OnnxValue Existing(OnnxValue place, int count) => _graph.Node("Min", [place, _graph.Constant([count - 1L], 1)]);

        OnnxValue Row(float[] table, int rows, OnnxValue place) => _graph.Node("Gather", [_graph.Constant(table, rows, d), place], ("axis", 0)).Reshape(-1, d);
    }

    /// <summary>The point of the base distribution that standard normal numbers stand for.</summary>
    public static void Point(FlowMember member, int component, ReadOnlySpan<float> normals, Span<float> point)
    {
        normals.CopyTo(point);
        if (member.Spec.Base is not MixtureBaseSpec)
            return;
        var (means, scales) = Components(member);
        for (int i = 0; i < point.Length; i++)
            point[i] = means[component * point.Length + i] + scales[component * point.Length + i] * normals[i];
    }

    private static (float[] Means, float[] Scales) Components(FlowMember member)
    {
        var values = new LearnedValues(member);
        float limit = (float)ParameterLimits.LogScale;
        return (values["base.means"], [.. values["base.logScales"].Select(scale => MathF.Exp(Math.Clamp(scale, -limit, limit)))]);
    }

    // What networks see of the context, (B, 1, C).
    private OnnxValue? Given(OnnxValue points) => _spec.Context == 0
        ? null
        : points.Slice(_spec.Dimensions, _spec.Context, 2).Within(-ParameterLimits.NetworkInput, ParameterLimits.NetworkInput);
}

/// <summary>What a flow makes of rows.</summary>
/// <param name="LogDensity">log p(x|k), (B, K), of standardised rows; where states have other weights than 1 / K, with the logarithm of K p(z).</param>
/// <param name="Base">The points in the space of the base distribution, (B, K, D).</param>
internal readonly record struct FlowParts(OnnxValue LogDensity, OnnxValue Base);
