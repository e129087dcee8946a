using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowClusteringOptions;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>Judges each number of clusters where the user names none: by the agreement of the restarts, then, where that leaves several, by held-out density.</summary>
/// <param name="environment">The environment of the trainer.</param>
/// <param name="options">What is asked for.</param>
/// <param name="restarts">The flows that were to be trained.</param>
internal sealed class ClusterNumberChoice(IHostEnvironment environment, Options options, int restarts)
{
    private const int MaximumJudgedRows = 20_000;

    /// <param name="flows">Those that were trained.</param>
    /// <param name="posteriorsOf">The posteriors of <paramref name="rows"/> under a flow.</param>
    /// <param name="best">The posteriors under the flow that is kept.</param>
    /// <param name="rows">The rows, or many of them.</param>
    /// <exception cref="OperationCanceledException">Training was cancelled and was to throw then, or has nothing to choose by yet.</exception>
    /// <returns>What was tried, and the number to take.</returns>
    public (IReadOnlyList<ClusterCandidate> Candidates, int Chosen) Choose(
        IReadOnlyList<NormalizingVariationalFlowTransformer> flows, Func<NormalizingVariationalFlowTransformer, Posteriors> posteriorsOf, Posteriors best, RowTable rows)
    {
        bool cancelled = flows.Any(flow => flow.Report.Cancelled);
        if (flows.All(flow => flow.Report.Cancelled))
            throw new OperationCanceledException("Training was cancelled before a number of clusters could be chosen: set NumberOfClusters.", options.Training.Cancellation);
        Posteriors[] posteriors = [.. flows.Select(posteriorsOf)];
        var candidates = ClusterCount.Compare(posteriors, options.MaximumClusters);
        if (options.AgreementTolerance < 1 && flows.Count > 1 && ClusterCount.Apart(posteriors) is int apart
            && candidates.FirstOrDefault(candidate => candidate.Clusters == apart) is { } found && ClusterCount.IsStable(found, candidates, options.AgreementTolerance))
            return (candidates, apart);
        candidates = Judge(candidates, cancelled, flows.Count, best, rows);
        return (candidates, ClusterCount.Choose(candidates));
    }

    private IReadOnlyList<ClusterCandidate> Judge(IReadOnlyList<ClusterCandidate> candidates, bool cancelled, int flows, Posteriors best, RowTable rows)
    {
        var stable = candidates.Where(candidate => ClusterCount.IsStable(candidate, candidates, options.AgreementTolerance)).ToList();
        if (cancelled || stable.Count == 1)
            return candidates;
        try
        {
            var densities = LogDensities(best, stable, rows);
            return [.. candidates.Select(candidate => stable.IndexOf(candidate) is >= 0 and var i ? candidate with { LogDensity = densities[i] } : candidate)];
        }
        catch (OperationCanceledException) when (options.Training.WhenCancelled == WhenCancelled.KeepBest && flows > 1)
        {
            return candidates;
        }
    }

    private IReadOnlyList<double> LogDensities(Posteriors posteriors, IReadOnlyList<ClusterCandidate> candidates, RowTable rows)
    {
        int stride = (rows.Count + MaximumJudgedRows - 1) / MaximumJudgedRows;
        var judged = new RowTable(rows.Dimensions);
        for (int row = 0; row < rows.Count; row += stride)
            judged.Add(rows[row]);
        var device = options.Training.Device(environment);
        // The flow of a cluster has steps too short to be shared out.
        bool apart = SideBySide.IsPossible(ClusterFlow.Spec(rows.Dimensions), device);
        var clusterFlow = new ClusterFlow(apart ? device with { Threads = 1 } : device, options.Training.Cancellation);
        int atOnce = apart ? SideBySide.Threads(device) : 1;
        return new HeldOutDensity(judged, clusterFlow, Environments.Seed(environment, options.Training.Seed), atOnce).Of(
            [.. candidates.Select(candidate => posteriors.Clusters(candidate.Clusters).Where((_, row) => row % stride == 0).ToArray())],
            (flow, flows) => RestartProgress.Of(options.Training.Progress, restarts + flow, restarts + flows, (flows - 1) / atOnce - flow / atOnce));
    }
}
