using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>A cell network in the widest lanes of this machine: what learns, scores and draws with the same values.</summary>
internal sealed class CellEngine
{
    private readonly Func<IReadOnlyList<NamedArray>> _extract;
    private readonly Func<TrainingSettings, int, ICellLearner> _createLearner;

    private CellEngine(
        ICellEvaluator evaluator, Func<IReadOnlyList<NamedArray>> extract, Func<TrainingSettings, int, ICellLearner> createLearner)
    {
        (Evaluator, _extract, _createLearner) = (evaluator, extract, createLearner);
    }

    /// <summary>Sees each step of a learner at once.</summary>
    public ICellEvaluator Evaluator { get; }

    /// <exception cref="InvalidDataException">The arrays do not fit the shape.</exception>
    public static CellEngine Create(CellShape shape, IReadOnlyList<NamedArray> arrays, int threads) => ManagedEngine.Lanes switch
    {
        16 => Create<Lanes512>(shape, arrays, threads),
        8 => Create<Lanes256>(shape, arrays, threads),
        _ => Create<Lanes128>(shape, arrays, threads),
    };

    public ICellLearner CreateLearner(TrainingSettings settings, int threads) => _createLearner(settings, threads);

    /// <summary>Copies of what is learned, by name.</summary>
    public IReadOnlyList<NamedArray> Extract() => _extract();

    private static CellEngine Create<T>(CellShape shape, IReadOnlyList<NamedArray> arrays, int threads)
        where T : unmanaged, ILanes<T>
    {
        var network = new CellNetwork<T>(shape);
        network.Load(arrays);
        return new CellEngine(
            new CellEvaluator<T>(network, threads), network.Extract,
            (settings, learners) => new CellLearner<T>(network, settings, learners));
    }
}
