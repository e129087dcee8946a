using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Scoring;

/// <summary>
/// Scores a panel of rows. Each state takes its turn on all points. Where there are fewer points than lanes, or some states are left
/// out, points and states are paired instead and share the registers: a single row costs little more than one state.
/// </summary>
internal sealed class PanelScorer<T>(ManagedModel<T> model) where T : unmanaged, ILanes<T>
{
    private readonly ManagedFlow<T> _flow = model.Flow;
    private readonly int _dimensions = model.Spec.Dimensions;
    private readonly int _width = model.Spec.RowWidth;
    private readonly int _states = model.Spec.States;
    private readonly double _logStates = Math.Log(model.Spec.States);

    /// <summary>Scores <paramref name="count"/> rows, 1 to those of a full panel, from row <paramref name="start"/> on.</summary>
    public void Score(ScoringWork<T> work, ReadOnlySpan<float> rows, int start, int count, FlowScores scores)
    {
        int columns = Lengths.RoundUp(count, T.Count);
        bool wantsBase = scores.Outputs.HasFlag(FlowOutputs.BaseVector);
        model.Standardization.Load(rows[(start * _width)..], count, work.Points.Span, columns);
        if (model.Spec.Latent is ContinuousLatentSpec)
        {
            ScoreContinuous(work, rows.Slice(start * _width, count * _width), columns, start, count, scores);
            return;
        }
        if (scores.Outputs.HasFlag(FlowOutputs.DrawnBound))
        {
            ScoreDrawn(work, columns, start, count, scores);
            return;
        }
        work.Cumulative = scores.Outputs.HasFlag(FlowOutputs.Cumulative) ? new CumulativeSum(_flow.BaseOfOneFeature(model.Values), _flow.Prior(model.Values), count) : null;
        bool prunes = scores.PrunedProbability > 0 && _flow.Encoder is not null && (scores.Outputs & (FlowOutputs.Elbo | FlowOutputs.Cumulative)) == 0;
        if (scores.Outputs.HasFlag(FlowOutputs.PruningBound))
            scores.PruningBound.AsSpan(start, count).Clear();
        if (prunes)
            ScorePairs(work, KeepLikely(work, columns, start, count, scores), null, wantsBase);
        else if (_states > 1 && count < T.Count)
            ScorePairs(work, KeepAll(work, count), work.Shared, wantsBase);
        else
            ScoreStates(work, count, columns, wantsBase);

        Span<float> conditional = work.Conditional.Span, posterior = work.Posterior.Span, logSum = work.Row.Span;
        if (_states == 1)
        {
            conditional[..columns].CopyTo(logSum);
            posterior[..columns].Fill(1);
        }
        else
        {
            ColumnSoftmax<T>.Run(conditional, posterior, logSum, _states, columns);
        }
        WriteLogDensity(logSum, start, count, scores);
        work.Cumulative?.Write(scores.Cumulative.AsSpan(start, count));
        WriteElbo(work, columns, start, count, scores);
        if (scores.Outputs.HasFlag(FlowOutputs.Posterior))
            Transposition<T>.Run(posterior, Panel.Columns, scores.Posterior.AsSpan(start * _states), _states, _states, count);
        if (wantsBase)
            Transposition<T>.Run(work.Best.Span, Panel.Columns, scores.BaseVector.AsSpan(start * _dimensions), _dimensions, _dimensions, count);
    }

    private void ScoreDrawn(ScoringWork<T> work, int columns, int start, int count, FlowScores scores)
    {
        _flow.Encoder!.Forward(model.Values, work.Points.Span, work.Encoder!, columns);
        Span<float> q = work.Posterior.Span, logits = work.Encoder!.Logits.Span, logSum = work.Row.Span;
        ColumnSoftmax<T>.Run(logits, q, logSum, _states, columns);
        Span<int> drawn = stackalloc int[count];
        for (int i = 0; i < count; i++)
            drawn[i] = StateDraw.Choose(q[i..(i + (_states - 1) * Panel.Columns + 1)], Panel.Columns, scores.Uniforms.Span[start + i]);
        work.States.Set(drawn, T.Count);
        _flow.Forward(model.Values, work.Points.Span, work.Tape, null, work.States, null, work.Scratch);
        for (int i = 0; i < count; i++)
            scores.DrawnBound[start + i] = InUserUnits(work.Tape.LogDensity.Span[i] - (logits[drawn[i] * Panel.Columns + i] - logSum[i]) - _logStates);
    }

    private void ScoreContinuous(ScoringWork<T> work, ReadOnlySpan<float> rows, int columns, int start, int count, FlowScores scores)
    {
        int latent = model.Spec.Latent.Dimensions, draws = scores.Draws;
        work.MakeRoom(draws, latent);
        _flow.Encoder!.Forward(model.Values, work.Points.Span, work.Encoder!, columns);
        Span<float> means = work.Encoder!.Logits.Span, logDeviations = means[(latent * Panel.Columns)..], z = work.Points.Span[(_width * Panel.Columns)..];
        ContinuousPosterior.LogDeviations(logDeviations, latent, columns, Panel.Columns);
        work.States.Set(count, T.Count, 0);
        if (scores.Outputs.HasFlag(FlowOutputs.LatentMoments))
            WriteMoments(means, logDeviations, latent, start, count, scores);
        if (scores.Outputs.HasFlag(FlowOutputs.Posterior))
            scores.Posterior.AsSpan(start, count).Fill(1);
        if (scores.Outputs.HasFlag(FlowOutputs.PruningBound))
            scores.PruningBound.AsSpan(start, count).Clear();
        if (scores.Outputs.HasFlag(FlowOutputs.BaseVector))
        {
            means[..(latent * Panel.Columns)].CopyTo(z);
            _flow.Forward(model.Values, work.Points.Span, work.Tape, null, work.States, null, work.Scratch);
            Transposition<T>.Run(work.Tape.Base.Span, Panel.Columns, scores.BaseVector.AsSpan(start * _dimensions), _dimensions, _dimensions, count);
        }
        if ((scores.Outputs & (FlowOutputs.LogDensity | FlowOutputs.Elbo | FlowOutputs.EffectiveSampleSize)) == 0)
            return;
        for (int i = 0; i < count; i++)
            LatentDraws.Fill(rows.Slice(i * _width, _width), work.Normals.AsSpan(i * draws * latent, draws * latent), work.FromPrior.AsSpan(i * draws, draws));
        Span<float> bounds = work.Conditional.Span, weights = work.Posterior.Span;
        Span<double> sums = stackalloc double[count];
        Span<double> ratios = stackalloc double[count];
        sums.Clear();
        for (int draw = 0; draw < draws; draw++)
        {
            for (int i = 0; i < count; i++)
            {
                ratios[i] = LatentDraws.Draw(
                    means[i..], logDeviations[i..], Panel.Columns, work.Normals.AsSpan((i * draws + draw) * latent, latent), work.FromPrior[i * draws + draw], z[i..]);
            }
            _flow.Forward(model.Values, work.Points.Span, work.Tape, null, work.States, null, work.Scratch);
            var logDensity = work.Tape.LogDensity.Span;
            var bound = bounds.Slice(draw * Panel.Columns, columns);
            bound.Clear();
            for (int i = 0; i < count; i++)
            {
                bound[i] = (float)(logDensity[i] + ratios[i]);
                sums[i] += bound[i];
            }
        }
        ColumnSoftmax<T>.Run(bounds, weights, work.Row.Span, draws, columns);
        for (int i = 0; i < count; i++)
        {
            if (scores.Outputs.HasFlag(FlowOutputs.LogDensity))
                scores.LogDensity[start + i] = InUserUnits(work.Row.Span[i] - Math.Log(draws));
            if (scores.Outputs.HasFlag(FlowOutputs.Elbo))
                scores.Elbo[start + i] = InUserUnits(sums[i] / draws);
            if (scores.Outputs.HasFlag(FlowOutputs.EffectiveSampleSize))
                scores.EffectiveSampleSize[start + i] = EffectiveSampleSize(weights[i..], draws);
        }
    }

    // Of weights that add up to 1.
    private static float EffectiveSampleSize(ReadOnlySpan<float> weights, int draws)
    {
        double squares = 0;
        for (int draw = 0; draw < draws; draw++)
            squares += (double)weights[draw * Panel.Columns] * weights[draw * Panel.Columns];
        return (float)(1 / squares);
    }

    private static void WriteMoments(ReadOnlySpan<float> means, ReadOnlySpan<float> logDeviations, int latent, int start, int count, FlowScores scores)
    {
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < latent; j++)
            {
                scores.LatentMean[(start + i) * latent + j] = means[j * Panel.Columns + i];
                scores.LatentDeviation[(start + i) * latent + j] = MathF.Exp(logDeviations[j * Panel.Columns + i]);
            }
        }
    }

    private void ScoreStates(ScoringWork<T> work, int count, int columns, bool wantsBase)
    {
        var best = work.Row.Span;
        best.Fill(float.NegativeInfinity);
        if (work.Shared is not null)
            _flow.ForwardShared(model.Values, work.Points.Span, work.Shared, columns, work.Scratch);
        for (int state = 0; state < _states; state++)
        {
            work.States.Set(count, T.Count, state);
            _flow.Forward(model.Values, work.Points.Span, work.Tape, work.Shared, work.States, null, work.Scratch);
            var logDensity = work.Tape.LogDensity.Span;
            logDensity[..columns].CopyTo(work.Conditional.Span[(state * Panel.Columns)..]);
            for (int row = 0; row < count && work.Cumulative is { } cumulative; row++)
                cumulative.Add(row, state, work.Tape.Base.Span[row]);
            if (wantsBase)
                Elementwise<T>.TakeWhereGreater(logDensity, best, work.Tape.Base.Span, work.Best.Span, _dimensions, columns);
        }
    }

    private ReadOnlySpan<int> KeepAll(ScoringWork<T> work, int count)
    {
        var pairs = work.PairNumbers.AsSpan(0, count * _states);
        for (int pair = 0; pair < pairs.Length; pair++)
            pairs[pair] = pair;
        return pairs;
    }

    /// <summary>The pairs of rows and states that the encoder does not find hopeless; notes the bound on what is left out.</summary>
    private ReadOnlySpan<int> KeepLikely(ScoringWork<T> work, int columns, int start, int count, FlowScores scores)
    {
        _flow.Encoder!.Forward(model.Values, work.Points.Span, work.Encoder!, columns);
        var q = work.Posterior.Span;
        ColumnSoftmax<T>.Run(work.Encoder!.Logits.Span, q, work.Row.Span, _states, columns);
        float least = (float)(scores.PrunedProbability / _states);
        int kept = 0;
        for (int row = 0; row < count; row++)
        {
            double leftOut = 0;
            for (int state = 0; state < _states; state++)
            {
                float probability = q[state * Panel.Columns + row];
                if (probability < least)
                    leftOut += probability;
                else
                    work.PairNumbers[kept++] = row * _states + state;
            }
            if (scores.Outputs.HasFlag(FlowOutputs.PruningBound))
                scores.PruningBound[start + row] = (float)-Math.Log(1 - leftOut);
        }
        return work.PairNumbers.AsSpan(0, kept);
    }

    // A pair of row r and state k has the number r K + k. What all states share is added in the same order as by ScoreStates where it is given, so that
    // a row has the same score to the bit alone and among others.
    private void ScorePairs(ScoringWork<T> work, ReadOnlySpan<int> numbers, FlowLayerTape? shared, bool wantsBase)
    {
        Span<float> points = work.Points.Span, pairs = work.Pairs.Span, best = work.Row.Span;
        Span<int> states = stackalloc int[Panel.Columns];
        best.Fill(float.NegativeInfinity);
        work.Conditional.Span.Fill(ManagedFlow<T>.MinimumLogDensity);
        for (int first = 0; first < numbers.Length; first += Panel.Columns)
        {
            var some = numbers.Slice(first, Math.Min(Panel.Columns, numbers.Length - first));
            pairs.Clear();
            for (int pair = 0; pair < some.Length; pair++)
            {
                (int row, states[pair]) = Math.DivRem(some[pair], _states);
                Panel.CopyColumn(points, row, pairs, pair, _width);
            }
            work.States.Set(states[..some.Length], T.Count);
            if (shared is not null)
                _flow.ForwardShared(model.Values, pairs, shared, work.States.Columns, work.Scratch);
            _flow.Forward(model.Values, pairs, work.Tape, shared, work.States, null, work.Scratch);
            for (int pair = 0; pair < some.Length; pair++)
            {
                var (row, state) = Math.DivRem(some[pair], _states);
                float logDensity = work.Tape.LogDensity.Span[pair];
                work.Conditional.Span[state * Panel.Columns + row] = logDensity;
                work.Cumulative?.Add(row, state, work.Tape.Base.Span[pair]);
                if (!wantsBase || logDensity <= best[row])
                    continue;
                best[row] = logDensity;
                Panel.CopyColumn(work.Tape.Base.Span, pair, work.Best.Span, row, _dimensions);
            }
        }
    }

    private void WriteLogDensity(ReadOnlySpan<float> logSum, int start, int count, FlowScores scores)
    {
        if (!scores.Outputs.HasFlag(FlowOutputs.LogDensity))
            return;
        for (int i = 0; i < count; i++)
            scores.LogDensity[start + i] = InUserUnits(logSum[i] - _logStates);
    }

    /// <summary>E_q[log p(x|z)] - KL(q || p) with the encoder's q; log p(x) where K = 1.</summary>
    private void WriteElbo(ScoringWork<T> work, int columns, int start, int count, FlowScores scores)
    {
        if (!scores.Outputs.HasFlag(FlowOutputs.Elbo))
            return;
        var conditional = work.Conditional.Span;
        if (_flow.Encoder is null)
        {
            for (int i = 0; i < count; i++)
                scores.Elbo[start + i] = InUserUnits(conditional[i]);
            return;
        }
        _flow.Encoder.Forward(model.Values, work.Points.Span, work.Encoder!, columns);
        ReadOnlySpan<float> logits = work.Encoder!.Logits.Span;
        for (int i = 0; i < count; i++)
        {
            double greatest = double.NegativeInfinity, sum = 0, bound = 0;
            for (int k = 0; k < _states; k++)
                greatest = Math.Max(greatest, logits[k * Panel.Columns + i]);
            for (int k = 0; k < _states; k++)
                sum += Math.Exp(logits[k * Panel.Columns + i] - greatest);
            for (int k = 0; k < _states; k++)
            {
                double logQ = logits[k * Panel.Columns + i] - greatest - Math.Log(sum);
                bound += Math.Exp(logQ) * (conditional[k * Panel.Columns + i] - logQ - _logStates);
            }
            scores.Elbo[start + i] = InUserUnits(bound);
        }
    }

    private float InUserUnits(double logDensity) =>
        (float)Math.Max(float.MinValue, logDensity + model.Standardization.LogDeterminant);
}
