using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// A trained flow ready to score and to sample: plain arrays in, plain arrays out. Safe to call from several threads at once.
/// </summary>
internal interface IFlowEvaluator : IDisposable
{
    FlowShape Shape { get; }

    /// <summary>Scores <paramref name="count"/> rows of D + C values each (row-major, finite) into <paramref name="scores"/>; count may be 0.</summary>
    void Score(ReadOnlySpan<float> rows, int count, FlowScores scores);

    /// <summary>
    /// Draws the features of <paramref name="count"/> rows into <paramref name="rows"/>, (count, D + C) row-major, in the units of the training
    /// rows; the context behind them is what the density is given, and stays.
    /// The latent state is drawn from its prior for each row, or is <paramref name="state"/> (0 .. K-1) for all; a continuous latent is drawn from its
    /// prior, too, or is <paramref name="latents"/>, (count, d), where there are any.
    /// </summary>
    void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default);

    /// <summary>The quantiles of a flow over one feature, (count, Q), in the units of the training rows.</summary>
    /// <param name="rows">(count, 1 + C), whose features are not read.</param>
    /// <param name="count">Rows.</param>
    /// <param name="levels">Q probabilities, each in (0, 1).</param>
    /// <param name="values">Gets the quantiles.</param>
    void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values);
}

/// <summary>An evaluator of one flow, which can be gone through backwards.</summary>
internal interface IInvertibleEvaluator : IFlowEvaluator
{
    /// <summary>Replaces points of the base distribution, (states.Length, D + C) row-major, by rows under the states; the context behind them stays.</summary>
    void Invert(ReadOnlySpan<int> states, Span<float> rows);

    /// <summary>The base distribution of a flow over one feature.</summary>
    BaseOfOneFeature BaseOfOneFeature { get; }
}
