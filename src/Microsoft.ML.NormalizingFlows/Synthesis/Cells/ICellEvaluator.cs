using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>The distribution of the cells of rows, ready to score and to draw. Safe to call from several threads at once.</summary>
internal interface ICellEvaluator
{
    /// <summary>How many threads it uses.</summary>
    int Threads { get; }

    /// <summary>ln P(x) of each row, in nats.</summary>
    void Score(CellRows rows, Span<double> logProbabilities);

    /// <summary>Draws every cell that is <see cref="CellRows.Unknown"/>, given those before it, and every value that is <see cref="CellRows.ToDraw"/>.</summary>
    /// <param name="rows">Changed in place.</param>
    /// <param name="weights">What cells are worth that are drawn; null for all the same.</param>
    /// <param name="seeds">Of each row; the same seed and row give the same.</param>
    /// <param name="logWeights">
    /// Gets ln of what each row weighs among rows that are drawn alike: the probability of each given cell behind an unknown one, and the sum of what the
    /// cells of each unknown one are worth, given the cells before it.
    /// </param>
    void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights);
}

/// <summary>
/// The evaluator of one synthesizer, shared by all its cursors, mappers and samples. A call that runs while <see cref="Dispose"/> is called
/// ends undisturbed; each later call throws.
/// </summary>
internal sealed class SharedCellEvaluator(ICellEvaluator evaluator) : ICellEvaluator, IDisposable
{
    private volatile ICellEvaluator? _evaluator = evaluator;

    public int Threads { get; } = evaluator.Threads;

    public void Score(CellRows rows, Span<double> logProbabilities) => Alive().Score(rows, logProbabilities);

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights) => Alive().Draw(rows, weights, seeds, logWeights);

    /// <exception cref="ObjectDisposedException">The synthesizer was disposed.</exception>
    public void ThrowIfDisposed() => Alive();

    /// <summary>Its memory is managed: what nobody holds is collected.</summary>
    public void Dispose() => _evaluator = null;

    private ICellEvaluator Alive() => _evaluator ?? throw SharedResource.Disposed(nameof(SynthesizerTransformer));
}
