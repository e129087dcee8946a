using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Managed.Maps;
using Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>
/// The flow of a <see cref="FlowSpec"/> on panels of standardised points: forward, backward and inverse. It holds where
/// numbers stand and no numbers: those are in <see cref="FlowVectors"/>, so that threads share a flow and its values.
/// </summary>
internal sealed class ManagedFlow<T> where T : unmanaged, ILanes<T>
{
    /// <summary>A log-density that underflows even as a logarithm, or is no number, counts as this.</summary>
    public const float MinimumLogDensity = -1e38f;

    private readonly LayoutBuilder _builder = new(T.Count);
    private readonly StateStandardizationStep<T>? _standardization;
    private readonly MixtureLatentStep<T>? _gaussians;
    private readonly FlowLayer<T>[] _layers;
    private readonly int[] _firstBlock;
    private readonly LinearStep<T> _last;
    private readonly MixtureBaseStep<T>? _base;
    private readonly int _dimensions, _mapScratch, _rank, _encoderUnits;

    /// <param name="spec">What it is; one that <see cref="ManagedFlow.Supports(FlowSpec)"/>.</param>
    /// <param name="dropout">Share of hidden units to drop while training.</param>
    /// <exception cref="NotSupportedException">A part is of a kind that this engine does not know.</exception>
    public ManagedFlow(FlowSpec spec, double dropout = 0)
    {
        Spec = spec;
        _dimensions = spec.Dimensions;
        var maps = new Dictionary<MapSpec, ManagedMap<T>>();
        int step = 0;
        if (spec.Layers[0] is StateStandardizationSpec)
            _standardization = new StateStandardizationStep<T>(_builder, FlowSpec.LayerName(step++), spec.States, _dimensions);
        int[] order = [.. Enumerable.Range(0, _dimensions)];
        var layers = new List<FlowLayer<T>>();
        var blocks = new List<int>();
        for (; ManagedFlow.TakeLayer(spec, step) is { } layer; step += 3)
        {
            if (!maps.TryGetValue(layer.Map, out var map))
                maps[layer.Map] = map = CreateMap(layer.Map);
            blocks.Add(blocks.Count == 0 ? 0 : blocks[^1] + layers[^1].Conditioner.Layout.Blocks.Length);
            layers.Add(CreateLayer(layer, dropout, step, map, ref order));
            HiddenUnits = Math.Max(HiddenUnits, layer.Network.HiddenUnits);
        }
        (_layers, _firstBlock) = ([.. layers], [.. blocks]);
        _mapScratch = maps.Values.Select(map => map.ScratchLength).DefaultIfEmpty().Max();
        _last = CreateLinear(step, order, [.. Enumerable.Range(0, _dimensions)]);
        _rank = spec.Layers.OfType<LinearSpec>().Max(linear => linear.Rank ?? 0);
        _base = spec.Base switch
        {
            NormalBaseSpec => null,
            MixtureBaseSpec components => new MixtureBaseStep<T>(_builder, "base", components.Components, _dimensions),
            _ => throw ManagedFlow.Unknown(spec.Base),
        };
        LearnedLength = _builder.Learned.Length;
        switch (spec.Latent)
        {
            case NoLatentSpec:
                break;
            case DiscreteLatentSpec discrete:
                _encoderUnits = discrete.EncoderHiddenUnits;
                Encoder = new EncoderNetwork<T>(_builder, discrete.Name, spec.RowWidth, _encoderUnits, discrete.States);
                LearnedLength = _builder.Learned.Length;
                break;
            case ContinuousLatentSpec continuous:
                _encoderUnits = continuous.EncoderHiddenUnits;
                Encoder = new EncoderNetwork<T>(_builder, continuous.Name, spec.RowWidth, _encoderUnits, 2 * continuous.Dimensions, axes: continuous.Dimensions);
                LearnedLength = _builder.Learned.Length;
                break;
            case MixtureLatentSpec mixture:
                Encoder = _gaussians = new MixtureLatentStep<T>(_builder, mixture.Name, mixture.States, _dimensions);
                break;
            default:
                throw ManagedFlow.Unknown(spec.Latent);
        }
    }

    public FlowSpec Spec { get; }

    /// <summary>Those of the widest network.</summary>
    public int HiddenUnits { get; }

    public ParameterMap Map => _builder.Map;

    /// <summary>q(z|x), on standardised rows; null without a latent.</summary>
    public IPanelEncoder? Encoder { get; }

    /// <summary>How many of <see cref="FlowVectors.Learned"/> a step of training may change: the Gaussians of states stand behind them, and still.</summary>
    public int LearnedLength { get; }

    /// <summary>Whether the first linear map is the same for all states, so that they can share it.</summary>
    public bool CanShare => _standardization is null && _gaussians is null && Spec.States > 1;

    public FlowVectors CreateVectors() => _builder.CreateVectors();

    /// <summary>A tape that keeps every layer, for the way back.</summary>
    public PanelTape CreateTape() => CreateTape([.. _layers.Select(layer => layer.CreateTape())]);

    /// <summary>A tape for scores and samples, in which layers take turns.</summary>
    public PanelTape CreateScoringTape()
    {
        FlowLayerTape[] turns = [.. _layers.Take(2).Select(layer => layer.CreateTape())];
        return CreateTape([.. Enumerable.Range(0, _layers.Length).Select(i => turns[i % 2])]);
    }

    /// <summary>The tape of what all states share.</summary>
    public FlowLayerTape CreateSharedTape() => _layers[0].CreateTape();

    public PanelScratch CreateScratch()
    {
        int hidden = Lengths.RoundUp(Math.Max(HiddenUnits, _encoderUnits), 16);
        int dimensions = Lengths.RoundUp(Spec.Dimensions + Spec.GivenWidth, 16);
        return new PanelScratch(hidden, dimensions, Math.Max(hidden, dimensions), _mapScratch, Lengths.RoundUp(_rank, 16));
    }

    /// <summary>Fills in what follows from the learned values; to be called after each change of them.</summary>
    public void Derive(FlowVectors values)
    {
        _gaussians?.Derive(values);
        _standardization?.Derive(values);
        _base?.Derive(values);
        double logDeterminant = _last.Derive(values);
        foreach (var layer in _layers)
        {
            logDeterminant += layer.Linear.Derive(values);
            layer.Conditioner.Layout.Derive(values);
        }
        values.LogDeterminant = logDeterminant;
    }

    /// <summary>Completes a gradient whose panels are all added: from what is derived to what is learned.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="gLogDeterminant">The gradient by ln |det| of each linear map: the sum over all points of that by their log-density.</param>
    /// <param name="scratch"><see cref="ReturnScratchLength"/> numbers.</param>
    public void Return(FlowVectors values, FlowVectors gradient, float gLogDeterminant, Span<float> scratch)
    {
        _standardization?.Return(values, gradient);
        _base?.Return(values, gradient);
        _last.Return(values, gradient, gLogDeterminant, scratch);
        foreach (var layer in _layers)
        {
            layer.Linear.Return(values, gradient, gLogDeterminant, scratch);
            var network = layer.Conditioner.Layout;
            network.Return(values, gradient);
            foreach (var block in network.Blocks)
            {
                DenseLayer<T>.ClearMasked(block.First, gradient.Learned);
                DenseLayer<T>.ClearMasked(block.Second, gradient.Learned);
            }
            DenseLayer<T>.ClearMasked(network.Initial, gradient.Learned);
            DenseLayer<T>.ClearMasked(network.Final, gradient.Learned);
        }
    }

    public int ReturnScratchLength => _layers.Select(layer => layer.Linear.ReturnScratchLength).Append(_last.ReturnScratchLength).Max();

    /// <summary>Computes what all states share, see <see cref="CanShare"/>.</summary>
    public void ForwardShared(FlowVectors values, ReadOnlySpan<float> points, FlowLayerTape shared, int columns, PanelScratch scratch) =>
        _layers[0].ForwardShared(values, points, Context(points), shared, columns, scratch);

    /// <summary>Fills <see cref="PanelTape.Base"/> and <see cref="PanelTape.LogDensity"/>.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="points">Standardised, (D + C + d, columns): what layers are given stands behind the features.</param>
    /// <param name="tape">Of this panel.</param>
    /// <param name="shared">What all states share, or null.</param>
    /// <param name="states">Of this panel.</param>
    /// <param name="dropoutSeed">Of this step; null drops nothing.</param>
    /// <param name="scratch">Room for the call.</param>
    public void Forward(
        FlowVectors values, ReadOnlySpan<float> points, PanelTape tape, FlowLayerTape? shared, ColumnStates states, uint? dropoutSeed,
        PanelScratch scratch)
    {
        var logDensity = tape.LogDensity.Span;
        var context = Context(points);
        logDensity.Clear();
        if (_gaussians is not null)
        {
            var white = tape.White!.Span;
            _gaussians.Forward(values, points, white, logDensity, states, scratch);
            points = white;
        }
        if (_standardization is not null)
        {
            var standardized = tape.Standardized!.Span;
            _standardization.Forward(values, points, standardized, logDensity, states, scratch);
            points = standardized;
        }
        for (int i = 0; i < _layers.Length; i++)
        {
            uint? seed = dropoutSeed is uint value ? value + (uint)_firstBlock[i] : null;
            _layers[i].Forward(values, points, context, tape.Layers[i], i == 0 ? shared : null, states, logDensity, seed, scratch);
            points = tape.Layers[i].Output.Span;
        }
        _last.Forward(values, points, tape.Base.Span, states.Columns, scratch);
        if (_base is not null)
        {
            _base.Forward(
                values, tape.Base.Span, tape.Components!.Span, (float)values.LogDeterminant, logDensity, states.Columns, scratch);
        }
        else
        {
            double constant = values.LogDeterminant - 0.5 * Math.Log(2 * Math.PI) * _dimensions;
            Elementwise<T>.AddGaussian(tape.Base.Span, (float)constant, logDensity, _dimensions, states.Columns);
        }
        Elementwise<T>.AtLeast(logDensity, MinimumLogDensity, 1, states.Columns);
    }

    /// <summary>Adds the gradient of <c>sum_c weight_c log p(x_c|z_c)</c> for one panel.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">What is added to.</param>
    /// <param name="points">As given to <see cref="Forward"/>.</param>
    /// <param name="tape">As filled by it; spent.</param>
    /// <param name="shared">As given to it, with the room for what comes back; null for none.</param>
    /// <param name="states">As given to it.</param>
    /// <param name="weights">A row, 0 for columns without a point.</param>
    /// <param name="dropout">Whether units were dropped.</param>
    /// <param name="gContext">Gets the gradient by a relaxed one-hot state added, (K, columns); empty where nobody asks.</param>
    /// <param name="room">Panels for gradients by points and hidden units.</param>
    /// <param name="scratch">Room for the call.</param>
    /// <param name="gGiven">Gets the gradient by what layers are given added, (C + d, columns); empty where nobody asks.</param>
    public void Backward(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> points, PanelTape tape, SharedGradient? shared, ColumnStates states,
        ReadOnlySpan<float> weights, bool dropout, Span<float> gContext, GradientRoom room, PanelScratch scratch, Span<float> gGiven = default)
    {
        int columns = states.Columns;
        Span<float> g = room.Points.Span, gNext = room.NextPoints.Span, gHidden = room.Hidden.Span;
        if (_base is not null)
            _base.Backward(values, gradient, tape.Base.Span, tape.Components!.Span, weights, g, columns);
        else
            Elementwise<T>.ScaleColumns(tape.Base.Span, weights, -1, g, _dimensions, columns);      // d log N(u; 0, I) / du = -u
        var last = _layers.Length - 1;
        _last.ParameterGradient(values, gradient, g, tape.Layers[last].Output.Span, columns, scratch);
        _last.InputGradient(values, g, gNext, columns, scratch);
        for (int i = last; i >= 0; i--)
        {
            // What was computed last is where this layer starts from.
            var spent = g;
            g = gNext;
            gNext = spent;
            var layer = _layers[i];
            var layerTape = tape.Layers[i];
            layer.Backward(
                values, gradient, layerTape, i == 0 ? shared?.Tape : null, states, g, weights, gHidden, dropout, gContext, scratch);
            if (i == 0 && shared is not null)
            {
                Elementwise<T>.Add(g, shared.Points.Span, _dimensions, columns);
                Elementwise<T>.Add(gHidden, shared.Hidden.Span, HiddenUnits, columns);
                return;
            }
            var input = i > 0 ? tape.Layers[i - 1].Output.Span : (tape.Standardized ?? tape.White) is { } own ? own.Span : points;
            layer.BackwardShared(values, gradient, input, layerTape, g, gHidden, columns, scratch, Context(points), gGiven);
            if (i > 0 || _standardization is not null)
                layer.Linear.InputGradient(values, g, gNext, columns, scratch);
        }
        _standardization?.Backward(values, gradient, tape.Standardized!.Span, gNext, weights, states, gContext, scratch);
    }

    /// <summary>Adds what came back to the part that all states share.</summary>
    public void BackwardShared(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> points, SharedGradient shared, int columns, PanelScratch scratch) =>
        _layers[0].BackwardShared(values, gradient, points, shared.Tape, shared.Points.Span, shared.Hidden.Span, columns, scratch);

    /// <summary>Draws states from their prior.</summary>
    public void DrawStates(FlowVectors values, RowStreams random, Span<int> states) =>
        StateDraw.Prior(random, _gaussians is null ? [] : _gaussians.LogWeights(values), Spec.States, states);

    /// <summary>Draws points of the base distribution, (B, D) row-major.</summary>
    public void DrawBase(FlowVectors values, RowStreams random, Span<float> points)
    {
        if (_base is not null)
        {
            _base.Draw(values, random, points);
            return;
        }
        for (int row = 0; row < points.Length / _dimensions; row++)
            random[row].FillNormal(points.Slice(row * _dimensions, _dimensions));
    }

    /// <summary>The base distribution where there is one feature.</summary>
    public BaseOfOneFeature BaseOfOneFeature(FlowVectors values) => _base?.OfOneFeature(values) ?? Model.BaseOfOneFeature.Normal;

    /// <summary>p(z), K numbers.</summary>
    public float[] Prior(FlowVectors values)
    {
        var prior = new float[Spec.States];
        if (_gaussians is null)
            Array.Fill(prior, 1f / prior.Length);
        else
            TensorPrimitives.SoftMax(_gaussians.LogWeights(values), prior);
        return prior;
    }

    /// <summary>
    /// Replaces points of the Gaussian space by standardised points, (D + C + d, columns), under what is given behind them; the tape is room for
    /// the call.
    /// </summary>
    public void Inverse(FlowVectors values, Span<float> points, PanelTape tape, ColumnStates states, PanelScratch scratch)
    {
        _last.Inverse(values, points, states.Columns, tape.Base.Span);
        for (int i = _layers.Length - 1; i >= 0; i--)
            _layers[i].Inverse(values, points, Context(points), tape.Layers[i], states, scratch);
        _standardization?.Inverse(values, points, states, scratch);
        _gaussians?.Inverse(values, points, states, scratch);
    }

    // The rows of a panel behind the features.
    private ReadOnlySpan<float> Context(ReadOnlySpan<float> points) => points.Slice(_dimensions * Panel.Columns, Spec.GivenWidth * Panel.Columns);

    private PanelTape CreateTape(FlowLayerTape[] layers) => new(layers, Spec, T.Count);

    private FlowLayer<T> CreateLayer(MapLayerSpec layer, double dropout, int step, ManagedMap<T> map, ref int[] order)
    {
        int[] features = [.. Enumerable.Range(0, _dimensions)];
        string networkName = FlowSpec.LayerName(step + 2) + ".conditioner";
        switch (layer.Pattern)
        {
            case AutoregressiveSpec pattern:
            {
                var linear = CreateLinear(step, order, features);
                var network = new MaskedConditioner(
                    _builder, networkName, _dimensions, Spec.GivenWidth, map.ParametersPerFeature, pattern.Degrees(_dimensions, layer.Network),
                    Spec.States, layer.Network.Blocks, dropout);
                order = features;
                return new FlowLayer<T>(linear, new Conditioner<T>(network), map, 0, _dimensions, Spec.GivenWidth);
            }
            case CouplingSpec pattern:
            {
                int[] outputs = [.. features.Where(i => !pattern.Mask[i]), .. features.Where(i => pattern.Mask[i])];
                var linear = CreateLinear(step, order, outputs);
                var network = new CouplingConditioner(
                    _builder, networkName, pattern.InputWidth(Spec.GivenWidth), Spec.GivenWidth, pattern.Mapped * map.ParametersPerFeature,
                    Spec.States, layer.Network.HiddenUnits, layer.Network.Blocks, dropout);
                order = outputs;
                return new FlowLayer<T>(linear, new Conditioner<T>(network), map, _dimensions - pattern.Mapped, pattern.Mapped, Spec.GivenWidth);
            }
            default:
                throw ManagedFlow.Unknown(layer.Pattern);
        }
    }

    // The permutation at a step and the linear map behind it.
    private LinearStep<T> CreateLinear(int step, int[] inputs, int[] outputs)
    {
        string name = FlowSpec.LayerName(step + 1);
        int[] order = [.. ((PermutationSpec)Spec.Layers[step]).Order];
        var linear = (LinearSpec)Spec.Layers[step + 1];
        return linear.RankOf(_dimensions) < _dimensions
            ? new LowRankLinearStep<T>(_builder, name, order, inputs, outputs, linear)
            : new FullLinearStep<T>(_builder, name, order, inputs, outputs);
    }

    private static ManagedMap<T> CreateMap(MapSpec map) => map switch
    {
        AffineMapSpec { Scale: AffineScale.SoftLimited } => new ManagedAffineMap<T>(),
        AdditiveMapSpec => new ManagedAdditiveMap<T>(),
        SumOfSquaresMapSpec sums => new ManagedSumOfSquaresMap<T>(sums),
        MixtureMapSpec { Kernel: MixtureComponent.Logistic } mixture => new ManagedMixtureMap<T>(mixture),
        RationalQuadraticSplineMapSpec { IsSoftLimited: true } spline => new ManagedSplineMap<T>(spline.Bins, spline.TailBound, spline.LogitScale),
        _ => throw ManagedFlow.Unknown(map),
    };
}

/// <summary>What the managed engine has of flows.</summary>
internal static class ManagedFlow
{
    /// <summary>
    /// Whether every part is one that the engine knows, in the order that it computes in: a standardisation of states, if any, then for each layer a
    /// permutation, a linear map and a map of each feature, at the end a permutation and a linear map. Without a layer it can score and sample, and nothing is
    /// left to train.
    /// </summary>
    public static bool Supports(FlowSpec spec)
    {
        int step = spec.Layers[0] is StateStandardizationSpec ? 1 : 0;
        for (; TakeLayer(spec, step) is { } layer; step += 3)
        {
            if (!Supports(layer))
                return false;
        }
        return spec.Layers.Count == step + 2 && spec.Layers[step] is PermutationSpec && spec.Layers[step + 1] is LinearSpec
            && spec.Latent is NoLatentSpec or DiscreteLatentSpec or MixtureLatentSpec or ContinuousLatentSpec && spec.Base is NormalBaseSpec or MixtureBaseSpec;
    }

    /// <summary>The map of the layer that begins at a step, behind a permutation and a linear map; null where none does.</summary>
    public static MapLayerSpec? TakeLayer(FlowSpec spec, int step) =>
        step + 2 < spec.Layers.Count && spec.Layers[step] is PermutationSpec && spec.Layers[step + 1] is LinearSpec ? spec.Layers[step + 2] as MapLayerSpec : null;

    public static NotSupportedException Unknown(object kind) => new($"The managed engine does not know {kind.GetType().Name}.");

    private static bool Supports(MapLayerSpec layer) =>
        layer.Map is AffineMapSpec { Scale: AffineScale.SoftLimited } or AdditiveMapSpec or RationalQuadraticSplineMapSpec { IsSoftLimited: true }
            or SumOfSquaresMapSpec or MixtureMapSpec { Kernel: MixtureComponent.Logistic }
        && layer.Pattern is CouplingSpec or AutoregressiveSpec { FirstSeesContext: true } && layer.Network.LimitsInput;
}
