using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// The evaluator of one synthesizer, shared by all its cursors, mappers and samples. A call that runs while <see cref="Dispose"/> is called
/// ends undisturbed; each later call throws.
/// </summary>
internal sealed class SharedCellEvaluator(ICellEvaluator evaluator) : ICellEvaluator, IDisposable
{
    private volatile ICellEvaluator? _evaluator = evaluator;

    public CellShape Shape { get; } = evaluator.Shape;

    public int Threads { get; } = evaluator.Threads;

    public void Score(CellRows rows, Span<double> logProbabilities) => Alive().Score(rows, logProbabilities);

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights) => Alive().Draw(rows, weights, seeds, logWeights);

    /// <exception cref="ObjectDisposedException">The synthesizer was disposed.</exception>
    public void ThrowIfDisposed() => Alive();

    /// <summary>Its memory is managed: what nobody holds is collected.</summary>
    public void Dispose() => _evaluator = null;

    private ICellEvaluator Alive() => _evaluator ?? throw SharedEvaluator.Disposed(nameof(SynthesizerTransformer));
}
