using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes a layer of a flow. Points have the shape (B, S, D).</summary>
internal abstract class LayerWriter
{
    /// <exception cref="NotSupportedException">The layer is of a kind that is not written.</exception>
    public static LayerWriter Create(FlowSpec flow, int index, LearnedValues values)
    {
        string name = FlowSpec.LayerName(index);
        return flow.Layers[index] switch
        {
            PermutationSpec permutation => new PermutationWriter([.. permutation.Order]),
            LinearSpec linear when linear.RankOf(flow.Dimensions) < flow.Dimensions => new LowRankWriter(new Factors(flow.Dimensions, linear, values, name)),
            LinearSpec linear => new LinearWriter(new Factors(flow.Dimensions, linear, values, name)),
            StateStandardizationSpec => new StateStandardizationWriter(values[name + ".shift"], values[name + ".logScale"], flow.Dimensions),
            MapLayerSpec { Pattern: CouplingSpec pattern } layer => new CouplingWriter(pattern, layer, flow, values, name),
            MapLayerSpec { Pattern: AutoregressiveSpec pattern } layer => new AutoregressiveWriter(pattern, layer, flow, values, name),
            MapLayerSpec layer => throw OnnxRefusal.Of($"a layer of the pattern {layer.Pattern.GetType().Name}"),
            var layer => throw OnnxRefusal.Of($"a layer of the kind {layer.GetType().Name}"),
        };
    }

    /// <summary>The part of ln |det| that is the same for all points.</summary>
    public virtual double LogDeterminant => 0;

    public abstract Mapped Forward(OnnxValue x, RowContext at);

    public abstract OnnxValue Inverse(OnnxValue y, RowContext at);
}

/// <summary>Writes another order of the features.</summary>
internal sealed class PermutationWriter(int[] order) : LayerWriter
{
    public override Mapped Forward(OnnxValue x, RowContext at) => new(x.Take(order, 2));

    public override OnnxValue Inverse(OnnxValue y, RowContext at) => y.Take(Enumerable.Range(0, order.Length).OrderBy(i => order[i]), 2);
}

/// <summary>Writes <c>y_i = (x_i - m_ki) e^-s_ki</c>.</summary>
internal sealed class StateStandardizationWriter(float[] shift, float[] logScale, int dimensions) : LayerWriter
{
    private readonly float[] _limited = [.. logScale.Select(scale => Math.Clamp(scale, -(float)ParameterLimits.LogScale, (float)ParameterLimits.LogScale))];

    public override Mapped Forward(OnnxValue x, RowContext at) => new(
        (x - at.Table(shift, dimensions)) * at.Table(_limited.Select(scale => MathF.Exp(-scale)), dimensions),
        at.Table(_limited.Chunk(dimensions).Select(scales => (float)-scales.Sum(scale => (double)scale)), 1));

    public override OnnxValue Inverse(OnnxValue y, RowContext at) => y * at.Table(_limited.Select(MathF.Exp), dimensions) + at.Table(shift, dimensions);
}

/// <summary>Writes a layer in which some features pass and say how the others are mapped.</summary>
internal sealed class CouplingWriter : LayerWriter
{
    private readonly int[] _passing, _mapped;
    private readonly MapWriter _map;
    private readonly ResidualWriter _network;

    public CouplingWriter(CouplingSpec pattern, MapLayerSpec layer, FlowSpec flow, LearnedValues values, string name)
    {
        var features = Enumerable.Range(0, flow.Dimensions).ToLookup(i => pattern.Mask[i]);
        (_passing, _mapped) = ([.. features[false]], [.. features[true]]);
        _map = MapWriter.Create(layer.Map, _mapped.Length);
        _network = new ResidualWriter(values, name + ".conditioner", layer.Network, _mapped.Length * layer.Map.ParametersPerFeature, _passing.Length);
    }

    public override Mapped Forward(OnnxValue x, RowContext at)
    {
        var passing = Passing(x);
        var mapped = _map.Forward(x.Take(_mapped, 2), _network.Forward(passing, at, x));
        return mapped with { Value = Together(passing, mapped.Value) };
    }

    public override OnnxValue Inverse(OnnxValue y, RowContext at)
    {
        var passing = Passing(y);
        return Together(passing, _map.Inverse(y.Take(_mapped, 2), _network.Forward(passing, at, y)));
    }

    private OnnxValue? Passing(OnnxValue x) => _passing.Length == 0 ? null : x.Take(_passing, 2);

    private OnnxValue Together(OnnxValue? passing, OnnxValue mapped)
    {
        if (passing is not { } first)
            return mapped;
        int[] order = [.. _passing, .. _mapped];
        return OnnxValue.Concat(2, first, mapped).Take(Enumerable.Range(0, order.Length).OrderBy(i => order[i]), 2);
    }
}

/// <summary>Writes a layer in which each feature is mapped as those before it say; its inverse finds feature after feature.</summary>
internal sealed class AutoregressiveWriter : LayerWriter
{
    private readonly int _dimensions, _perFeature;
    private readonly MapWriter _map, _single;
    private readonly MaskedWriter _network;

    public AutoregressiveWriter(AutoregressiveSpec pattern, MapLayerSpec layer, FlowSpec flow, LearnedValues values, string name)
    {
        (_dimensions, _perFeature) = (flow.Dimensions, layer.Map.ParametersPerFeature);
        (_map, _single) = (MapWriter.Create(layer.Map, _dimensions), MapWriter.Create(layer.Map, 1));
        _network = new MaskedWriter(values, name + ".conditioner", layer.Network, _dimensions, _perFeature, pattern.Degrees(_dimensions, layer.Network));
    }

    public override Mapped Forward(OnnxValue x, RowContext at) => _map.Forward(x, _network.Forward(x, at, x));

    public override OnnxValue Inverse(OnnxValue y, RowContext at)
    {
        var zeros = y * 0;
        OnnxValue? found = null;
        for (int i = 0; i < _dimensions; i++)
        {
            // Features not found yet count as 0: the parameters of feature i do not depend on them.
            var known = found is not { } some ? zeros : OnnxValue.Concat(2, some, zeros.Slice(i, _dimensions - i, 2));
            var raw = _network.Forward(known, at, y).Slice(i * _perFeature, _perFeature, 2);
            var next = _single.Inverse(y.Slice(i, 1, 2), raw);
            found = found is { } before ? OnnxValue.Concat(2, before, next) : next;
        }
        return found!.Value;
    }
}
