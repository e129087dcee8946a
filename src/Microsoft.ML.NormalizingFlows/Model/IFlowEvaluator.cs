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
    /// The latent state is drawn from its prior for each row, or is <paramref name="state"/> (0 .. K-1) for all.
    /// </summary>
    void Sample(int count, RandomStream random, int? state, Span<float> rows);
}
