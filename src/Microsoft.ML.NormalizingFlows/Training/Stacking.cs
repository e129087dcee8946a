using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Sets other densities beside the flows of a model, each with the share that makes held-out rows most likely (Smyth and Wolpert 1999, Linearly Combining
/// Density Estimators via Stacking): <c>p(x) = sum_i s_i p_i(x)</c>. The others are the flows of the trials that were not chosen, which are there already, and a mixture
/// of Gaussians: where few rows are Gaussian, no flow learned by gradient steps is as good as their mean and covariance. One that held-out rows have no use for is left out.
/// </summary>
internal sealed class Stacking(TrainingData data, ComputeDevice device, ulong seed, ITrainingLog log)
{
    /// <summary>What a share gains that says nothing, in nats of all held-out rows together (Akaike 1974).</summary>
    private const double GainByChance = 0.5;

    /// <summary>What a further flow gains at least, in nats a row: it makes scoring slower.</summary>
    private const double LeastGainOfFlow = 0.01;

    private const int BatchRows = 2_048;

    /// <summary>The flows with what is of use beside them; as they are where nothing is.</summary>
    /// <param name="flows">The model so far.</param>
    /// <param name="others">Further flows.</param>
    public FlowModel Beside(FlowModel flows, params IReadOnlyList<FlowModel> others)
    {
        var mixture = StackedGaussians.Best(data, seed);
        FlowMember[] candidates = [.. others.Select(other => other.Members[0]), StackedGaussians.Member(mixture, data.Scale, seed)];
        double[] own = LogDensities(flows);
        double[][] densities = [own, .. candidates.Select(candidate => LogDensities(new FlowModel([candidate], flows.Report)))];

        // Backwards: of the densities that are left, the one that gains least goes first.
        var kept = Enumerable.Range(1, candidates.Length).ToList();
        var (shares, gain) = SharesOf(kept);
        while (kept.Count > 0)
        {
            var (least, without) = kept.Select(one => (One: one, Without: SharesOf([.. kept.Where(other => other != one)]))).MaxBy(choice => choice.Without.Gain);
            double lost = gain - without.Gain;
            if (lost * own.Length > GainByChance && (candidates[least - 1].IsMixture || lost > LeastGainOfFlow))
                break;
            kept.Remove(least);
            (shares, gain) = without;
        }
        if (kept.Count == 0)
            return flows;

        FlowMember[] added = [.. kept.Select((one, i) => candidates[one - 1] with { Weight = flows.Members.Sum(member => member.Weight) * shares[i + 1] / shares[0] })];
        double gaussian = added[^1].IsMixture ? shares[^1] : 0;
        int further = added.Count(member => !member.IsMixture);
        string gaussians = mixture.Components.Count == 2 ? "a Gaussian" : $"a mixture of {mixture.Components.Count - 1} Gaussians";
        var named = new List<string>();
        if (further > 0)
            named.Add(FormattableString.Invariant($"{(further == 1 ? "the flow of a trial has" : $"{further} flows of trials have")} a share of {1 - shares[0] - gaussian:F2}"));
        if (gaussian > 0)
            named.Add(FormattableString.Invariant($"{gaussians} has a share of {gaussian:F2}"));
        log.Info(FormattableString.Invariant($"Beside the flows, {string.Join(" and ", named)}: held-out rows are likelier by {gain:F4} nats so."));
        return new FlowModel([.. flows.Members, .. added], flows.Report with
        {
            GaussianShare = gaussian,
            EnsembleSize = flows.Report.EnsembleSize + further,
            ValidationLogDensity = flows.Report.ValidationLogDensity + gain,
            Parameters = flows.Report.Parameters + kept.Sum(one => one <= others.Count ? others[one - 1].Report.Parameters : StackedGaussians.Values(candidates[one - 1])),
        });

        (double[] Shares, double Gain) SharesOf(List<int> some) => DensityShares.Of([own, .. some.Select(one => densities[one])]);
    }

    private double[] LogDensities(FlowModel model)
    {
        using var evaluator = FlowEngines.CreateEvaluator(model, device);
        var rows = data.Validation;
        var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity, Math.Min(BatchRows, rows.Count)) { PrunedProbability = Validation.PrunedOf(model.Members[0].Spec) };
        var densities = new double[rows.Count];
        for (int start = 0; start < rows.Count; start += BatchRows)
        {
            int size = Math.Min(BatchRows, rows.Count - start);
            evaluator.Score(rows.Values.Slice(start * rows.Dimensions, size * rows.Dimensions), size, scores);
            for (int i = 0; i < size; i++)
                densities[start + i] = scores.LogDensity[i];
        }
        return densities;
    }
}
