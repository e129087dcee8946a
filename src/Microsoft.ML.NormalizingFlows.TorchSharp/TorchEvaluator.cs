using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>The reference evaluator: the flow in TorchSharp, on the CPU or a GPU, in inference mode.</summary>
internal sealed class TorchEvaluator : IInvertibleEvaluator
{
    /// <summary>Rows times states of one forward pass: bounds memory whatever the batch.</summary>
    private const int RowsInFlight = 16_384;

    /// <summary>Components of the base that take about as much memory as a spline layer.</summary>
    private const int LightComponents = 8;

    private readonly VariationalFlow _flow;
    private readonly Device _device;
    private readonly int _rowsInFlight;

    public TorchEvaluator(FlowMember model, Device device)
        : this(FlowArrays.Build(model.Spec, model.Arrays), device)
    {
    }

    /// <summary>Evaluates <paramref name="flow"/> as it stands, and disposes it in the end.</summary>
    public TorchEvaluator(VariationalFlow flow, Device device)
    {
        _flow = flow;
        _device = device;
        // Up to D tangents of each row are carried along.
        bool hasTangents = flow.Spec.Layers.Any(layer => layer is ResidualSpec or ContinuousSpec { Network.Blocks: > 1 });
        _rowsInFlight = Math.Max(1, hasTangents ? RowsInFlight / flow.Spec.Dimensions : RowsInFlight);
        if (device.type != DeviceType.CPU)
            _flow.to(device);
    }

    public FlowShape Shape => _flow.Spec.Shape;

    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        int width = Shape.Width, states = Shape.States;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, scores.Capacity);
        int components = _flow.Spec.Base is MixtureBaseSpec mixture ? mixture.Components : 1;
        int copies = _flow.Spec.Latent is ContinuousLatentSpec ? scores.Draws : states;
        int chunk = Math.Max(1, _rowsInFlight / (copies * Math.Max(1, components / LightComponents)));
        for (int start = 0; start < count; start += chunk)
        {
            int size = Math.Min(chunk, count - start);
            Score(rows.Slice(start * width, size * width), start, size, scores);
        }
    }

    private void Score(ReadOnlySpan<float> rows, int start, int size, FlowScores scores)
    {
        int dimensions = Shape.Dimensions, states = Shape.States;
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var x = tensor(rows.ToArray(), [size, Shape.Width]).to(_device);
        if (_flow.Spec.Latent is ContinuousLatentSpec)
        {
            ScoreContinuous(rows, x, start, size, scores);
            return;
        }
        var (points, conditional) = _flow.ForEveryState(x);

        if (scores.Outputs.HasFlag(FlowOutputs.LogDensity))
            Copy(Bounded(_flow.Latent.LogDensity(conditional)), scores.LogDensity.AsSpan(start, size));
        if (scores.Outputs.HasFlag(FlowOutputs.Posterior))
            Copy(_flow.Latent.Posterior(conditional), scores.Posterior.AsSpan(start * states, size * states));
        if (scores.Outputs.HasFlag(FlowOutputs.PruningBound))
            scores.PruningBound.AsSpan(start, size).Clear();      // no state is left out here
        if (scores.Outputs.HasFlag(FlowOutputs.Elbo))
            Copy(Bounded(EvidenceLowerBound(x, conditional)), scores.Elbo.AsSpan(start, size));
        if (scores.Outputs.HasFlag(FlowOutputs.DrawnBound))
            WriteDrawnBound(x, conditional, scores.Uniforms.Span.Slice(start, size), scores.DrawnBound.AsSpan(start, size));
        if (scores.Outputs.HasFlag(FlowOutputs.Cumulative))
            WriteCumulative(points, scores.Cumulative.AsSpan(start, size));
        if (scores.Outputs.HasFlag(FlowOutputs.BaseVector))
        {
            var best = conditional.argmax(1).reshape(size, 1, 1).expand(size, 1, dimensions);
            Copy(points.gather(1, best), scores.BaseVector.AsSpan(start * dimensions, size * dimensions));
        }
    }

    public void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default)
    {
        int dimensions = Shape.Dimensions, width = Shape.Width;
        var drawn = new int[count];
        if (state is int all)
            Array.Fill(drawn, all);
        else
            _flow.DrawStates(random, drawn);
        var noise = new float[count * dimensions];
        _flow.DrawBase(random, noise);
        for (int row = 0; row < count; row++)
            noise.AsSpan(row * dimensions, dimensions).CopyTo(rows[(row * width)..]);
        var z = new float[count * Shape.Latent];
        latents.CopyTo(z);
        for (int row = 0; row < count && latents.IsEmpty; row++)
            random[row].FillNormal(z.AsSpan(row * Shape.Latent, Shape.Latent));
        Generate(drawn, z, rows);
    }

    public void Invert(ReadOnlySpan<int> states, Span<float> rows) => Generate(states, new float[states.Length * Shape.Latent], rows);

    private void Generate(ReadOnlySpan<int> states, float[] latents, Span<float> rows)
    {
        int dimensions = Shape.Dimensions, width = Shape.Width;
        for (int start = 0; start < states.Length; start += _rowsInFlight)
        {
            int size = Math.Min(_rowsInFlight, states.Length - start);
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var points = tensor(rows.Slice(start * width, size * width).ToArray(), [size, width]).to(_device);
            long[] chosen = Array.ConvertAll(states.Slice(start, size).ToArray(), state => (long)state);
            var oneHot = Shape.States == 1 ? null : _flow.Latent.OneHot(tensor(chosen).to(_device), points);
            var features = new float[size * dimensions];
            var z = Shape.Latent == 0 ? null : tensor(latents.AsSpan(start * Shape.Latent, size * Shape.Latent).ToArray(), [size, Shape.Latent]).to(_device);
            Copy(_flow.Generate(points.narrow(1, 0, dimensions), oneHot, Shape.Context == 0 ? null : points, z), features);
            for (int i = 0; i < size; i++)
                features.AsSpan(i * dimensions, dimensions).CopyTo(rows[((start + i) * width)..]);
        }
    }

    public BaseOfOneFeature BaseOfOneFeature => _flow.Base?.OfOneFeature() ?? Model.BaseOfOneFeature.Normal;

    public void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values) =>
        QuantileSearch.OfFlow(this, rows, count, levels, values);

    public void Dispose() => _flow.Dispose();

    // By the draws that the other engine makes, too.
    private void ScoreContinuous(ReadOnlySpan<float> rows, Tensor x, int start, int size, FlowScores scores)
    {
        int latent = Shape.Latent, width = Shape.Width, dimensions = Shape.Dimensions, draws = scores.Draws;
        var (mean, logDeviation) = _flow.ContinuousPosterior(x);
        float[] means = new float[size * latent], logDeviations = new float[size * latent];
        Copy(mean, means);
        Copy(logDeviation, logDeviations);
        if (scores.Outputs.HasFlag(FlowOutputs.LatentMoments))
        {
            means.CopyTo(scores.LatentMean.AsSpan(start * latent));
            Copy(logDeviation.exp(), scores.LatentDeviation.AsSpan(start * latent, size * latent));
        }
        if (scores.Outputs.HasFlag(FlowOutputs.Posterior))
            scores.Posterior.AsSpan(start, size).Fill(1);
        if (scores.Outputs.HasFlag(FlowOutputs.PruningBound))
            scores.PruningBound.AsSpan(start, size).Clear();
        if (scores.Outputs.HasFlag(FlowOutputs.BaseVector))
            Copy(_flow.At(x, null, mean).Base, scores.BaseVector.AsSpan(start * dimensions, size * dimensions));
        if ((scores.Outputs & (FlowOutputs.LogDensity | FlowOutputs.Elbo | FlowOutputs.EffectiveSampleSize)) == 0)
            return;
        float[] z = new float[size * draws * latent], ratios = new float[size * draws], normals = new float[draws * latent];
        var fromPrior = new bool[draws];
        for (int i = 0; i < size; i++)
        {
            LatentDraws.Fill(rows.Slice(i * width, width), normals, fromPrior);
            for (int draw = 0; draw < draws; draw++)
            {
                ratios[i * draws + draw] = (float)LatentDraws.Draw(
                    means.AsSpan(i * latent), logDeviations.AsSpan(i * latent), 1, normals.AsSpan(draw * latent, latent), fromPrior[draw], z.AsSpan((i * draws + draw) * latent));
            }
        }
        var repeated = x.unsqueeze(1).expand(size, draws, width).reshape(size * draws, width);
        var bounds = _flow.LogDensityGiven(repeated, null, tensor(z, [size * draws, latent]).to(_device)).Plus(tensor(ratios).to(_device)).reshape(size, draws);
        if (scores.Outputs.HasFlag(FlowOutputs.LogDensity))
            Copy(Bounded(bounds.logsumexp(1).Plus(-Math.Log(draws))), scores.LogDensity.AsSpan(start, size));
        if (scores.Outputs.HasFlag(FlowOutputs.Elbo))
            Copy(Bounded(bounds.mean([1L])), scores.Elbo.AsSpan(start, size));
        if (scores.Outputs.HasFlag(FlowOutputs.EffectiveSampleSize))
        {
            var weights = nn.functional.softmax(bounds, 1);
            Copy((weights * weights).sum(1L).reciprocal(), scores.EffectiveSampleSize.AsSpan(start, size));
        }
    }

    private Tensor EvidenceLowerBound(Tensor x, Tensor conditional) =>
        Shape.States == 1
            ? _flow.Latent.LogDensity(conditional)
            : _flow.Latent.EvidenceLowerBound(conditional, _flow.EncoderLogits(x));

    // From the points under every state, (B, K, 1).
    private void WriteCumulative(Tensor points, Span<float> values)
    {
        int states = Shape.States;
        var u = new float[values.Length * states];
        Copy(points, u);
        var sum = new CumulativeSum(BaseOfOneFeature, _flow.Prior(), values.Length);
        for (int i = 0; i < u.Length; i++)
            sum.Add(i / states, i % states, u[i]);
        sum.Write(values);
    }

    private void WriteDrawnBound(Tensor x, Tensor conditional, ReadOnlySpan<float> uniforms, Span<float> bounds)
    {
        int states = Shape.States;
        var logQ = nn.functional.log_softmax(_flow.EncoderLogits(x), 1);
        var q = new float[uniforms.Length * states];
        Copy(logQ.exp(), q);
        var drawn = new long[uniforms.Length];
        for (int i = 0; i < drawn.Length; i++)
            drawn[i] = StateDraw.Choose(q.AsSpan(i * states, states), 1, uniforms[i]);
        var bound = (conditional - logQ).gather(1, tensor(drawn, [drawn.Length, 1]).to(_device)).squeeze(1);
        Copy(bound, bounds);
        foreach (ref float value in bounds)
            value = (float)Math.Max(float.MinValue, value - Math.Log(states));
    }

    /// <summary>A density that underflows even as a logarithm is the least number there is, not minus infinity.</summary>
    private static Tensor Bounded(Tensor logDensity) => logDensity.AtLeast(float.MinValue);

    private static void Copy(Tensor from, Span<float> to)
    {
        if (!to.IsEmpty)
            from.cpu().contiguous().data<float>().CopyTo(to);
    }
}
