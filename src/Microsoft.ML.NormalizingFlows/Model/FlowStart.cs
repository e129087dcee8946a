using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The values that training starts from, as plain arrays: those of a fresh <c>VariationalFlow</c>, drawn in the same order
/// from the same streams, without one (a test compares the two). Linear maps are the identity, networks near 0.
/// </summary>
internal sealed class FlowStart
{
    private readonly FlowArchitecture _architecture;
    private readonly List<NamedArray> _arrays = [];

    private FlowStart(FlowArchitecture architecture) => _architecture = architecture;

    /// <param name="architecture">The flow.</param>
    /// <param name="shift">Of the standardisation, D numbers.</param>
    /// <param name="scale">Of the standardisation, D numbers.</param>
    public static IReadOnlyList<NamedArray> Create(FlowArchitecture architecture, float[] shift, float[] scale)
    {
        var start = new FlowStart(architecture);
        start._arrays.Add(new NamedArray(ParameterNames.Shift, [shift.Length], [.. shift]));
        start._arrays.Add(new NamedArray(ParameterNames.Scale, [scale.Length], [.. scale]));
        start.AddFlow();
        if (architecture.BaseComponents > 1)
            start.AddBase();
        if (architecture.HasEncoderNetwork)
            start.AddEncoder();
        if (architecture.GaussianStates)
            start.AddGaussians();
        return start._arrays;
    }

    private void AddFlow()
    {
        int d = _architecture.Dimensions, step = 0;
        if (_architecture.StateStandardization && _architecture.ContextWidth > 0)
        {
            foreach (string name in new[] { ParameterNames.StateShift, ParameterNames.StateLogScale })
                Add(name, [_architecture.States, d], new float[_architecture.States * d]);
            step++;
        }
        for (int layer = 0; layer < _architecture.Layers; layer++, step += 3)
        {
            AddLinear($"flow.steps.{step + 1}");
            var random = RandomStream.For(_architecture.Seed, "weights", (ulong)layer);
            string name = $"flow.steps.{step + 2}.conditioner";
            if (_architecture.Pattern == FlowPattern.Coupling)
                AddResidualNetwork(name, FeatureOrder.CouplingMask(d, layer), random);
            else
                AddMaskedNetwork(name, random);
        }
        AddLinear($"flow.steps.{step + 1}");
    }

    private void AddLinear(string name)
    {
        int d = _architecture.Dimensions, triangle = d * (d - 1) / 2;
        var one = new float[d];
        Array.Fill(one, (float)Math.Log(Math.Exp(1 - ParameterLimits.MinimumDiagonal) - 1));
        Add(name + ".lower", [triangle], new float[triangle]);
        Add(name + ".upper", [triangle], new float[triangle]);
        Add(name + ".diagonal", [d], one);
        Add(name + ".bias", [d], new float[d]);
    }

    private void AddResidualNetwork(string name, bool[] mask, RandomStream random)
    {
        int hidden = _architecture.HiddenUnits, context = _architecture.ContextWidth, mapped = mask.Count(value => value);
        AddDense(name + ".initial", Math.Max(1, mask.Length - mapped) + context, hidden, random);
        AddBlocks(name, "gate", random);
        AddDense(name + ".final", hidden, mapped * ParametersPerFeature, random, ParameterLimits.NearZero);
    }

    private void AddMaskedNetwork(string name, RandomStream random)
    {
        int hidden = _architecture.HiddenUnits, context = _architecture.ContextWidth, d = _architecture.Dimensions;
        AddDense(name + ".initial", d, hidden, random);
        if (context > 0)
            AddDense(name + ".context", context, hidden, random);
        AddBlocks(name, "context", random);
        AddDense(name + ".final", hidden, d * ParametersPerFeature, random, ParameterLimits.NearZero);
    }

    private void AddBlocks(string network, string contextName, RandomStream random)
    {
        int hidden = _architecture.HiddenUnits, context = _architecture.ContextWidth;
        for (int i = 0; i < _architecture.Blocks; i++)
        {
            AddDense($"{network}.blocks.{i}.first", hidden, hidden, random);
            AddDense($"{network}.blocks.{i}.second", hidden, hidden, random, ParameterLimits.NearZero);
            if (context > 0)
                AddDense($"{network}.blocks.{i}.{contextName}", context, hidden, random);
        }
    }

    private void AddBase()
    {
        int d = _architecture.Dimensions, components = _architecture.BaseComponents;
        Add("base.logits", [components], MixtureBaseStart.Logits(_architecture));
        Add("base.means", [components, d], MixtureBaseStart.Means(_architecture));
        Add("base.logScales", [components, d], MixtureBaseStart.LogScales(_architecture));
    }

    private void AddGaussians()
    {
        int d = _architecture.Dimensions, states = _architecture.States, packed = PackedTriangle.Length(d);
        Add(ParameterNames.StateLogWeights, [states], StateDraw.EvenLogWeights(states));
        Add(ParameterNames.StateMeans, [states, d], new float[states * d]);
        Add(ParameterNames.StateWhitening, [states, packed], PackedTriangle.Identities(states, d));
    }

    private void AddEncoder()
    {
        int hidden = _architecture.EncoderHiddenUnits;
        var random = RandomStream.For(_architecture.Seed, "encoder");
        AddDense("encoder.first", _architecture.Dimensions, hidden, random);
        AddDense("encoder.second", hidden, hidden, random);
        AddDense("encoder.final", hidden, _architecture.States, random);
    }

    private int ParametersPerFeature => _architecture.Map == FlowMap.Affine ? 2 : 3 * _architecture.Bins - 1;

    private void AddDense(string name, int inputs, int outputs, RandomStream random, float gain = 1)
    {
        float bound = gain / MathF.Sqrt(inputs);
        var weight = new float[checked(outputs * inputs)];
        var bias = new float[outputs];
        random.FillUniform(weight, -bound, bound);
        random.FillUniform(bias, -bound, bound);
        Add(name + ".weight", [outputs, inputs], weight);
        Add(name + ".bias", [outputs], bias);
    }

    private void Add(string name, long[] shape, float[] values) => _arrays.Add(new NamedArray(name, shape, values));
}
