using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Sets other densities beside the flows of a model, each with the share that makes held-out rows most likely (Smyth and Wolpert 1999, Linearly Combining
/// Density Estimators via Stacking): <c>p(x) = sum_i s_i p_i(x)</c>. The others are the flows of the trials that were not chosen, which are there already, and a mixture
/// of Gaussians: where few rows are Gaussian, no flow learned by gradient steps is as good as their mean and covariance. One that held-out rows have no use for is left out.
/// </summary>
internal sealed class Stacking(TrainingData data, ComputeDevice device, ulong seed, ITrainingLog log)
{
    /// <summary>The weight of N(0, I) beside the others: what no Gaussian has seen costs at most -ln of it more than under that.</summary>
    private const double Background = 0.01;

    /// <summary>Held-out rows that are believed to have been seen before, the flows' and those of each other density: few rows do not decide all.</summary>
    private const double PriorOfFlows = 1.5, PriorOfOther = 0.5;

    /// <summary>What a share gains that says nothing, in nats of all held-out rows together (Akaike 1974).</summary>
    private const double GainByChance = 0.5;

    /// <summary>What a further flow gains at least, in nats a row: it makes scoring slower.</summary>
    private const double LeastGainOfFlow = 0.01;

    private const int Iterations = 100, BatchRows = 2_048;

    /// <summary>Values of the sample that Gaussians are fitted to, about, and rows for each feature of it at least where there are so many.</summary>
    private const int SampleValues = 1 << 20, RowsPerFeature = 10;

    /// <summary>Rows for each feature of each of several Gaussians.</summary>
    private const int RowsPerFeatureOfEach = 2;

    /// <summary>Numbers of Gaussians, and rows that their common variances count as, of which held-out rows choose.</summary>
    private static readonly int[] s_components = [1, 2, 4, 8, 16];

    private static readonly double[] s_strengths = [2, 20, 200];

    /// <summary>The flows with what is of use beside them; as they are where nothing is.</summary>
    /// <param name="flows">The model so far.</param>
    /// <param name="others">Further flows.</param>
    public FlowModel Beside(FlowModel flows, params IReadOnlyList<FlowModel> others)
    {
        var mixture = BestMixture();
        FlowMember[] candidates = [.. others.Select(other => other.Members[0]), Member(mixture)];
        double[] own = LogDensities(flows);
        double[][] densities = [own, .. candidates.Select(candidate => LogDensities(new FlowModel([candidate], flows.Report)))];

        // Backwards: of the densities that are left, the one that gains least goes first.
        var kept = Enumerable.Range(1, candidates.Length).ToList();
        var (shares, gain) = Shares(densities, kept);
        while (kept.Count > 0)
        {
            var (least, without) = kept.Select(one => (One: one, Without: Shares(densities, [.. kept.Where(other => other != one)]))).MaxBy(choice => choice.Without.Gain);
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
            Parameters = flows.Report.Parameters + kept.Sum(one => one <= others.Count ? others[one - 1].Report.Parameters : Values(candidates[one - 1])),
        });
    }

    private ShrunkMixture BestMixture()
    {
        var random = RandomStream.For(seed, "stacked Gaussians");
        int features = data.Scale.Dimensions;
        var sample = data.StandardizedSample(Math.Min(MixtureLatentStart.SampleRows, Math.Max(SampleValues / features, RowsPerFeature * features)), random);
        var heldOut = new RowTable(features);
        var row = new float[features];
        for (int i = 0; i < data.Validation.Count; i++)
        {
            data.Scale.Standardize(data.Validation[i], row);
            heldOut.Add(row);
        }
        // Longer tables have a trial of states that are Gaussians.
        int most = LatentChoice.BearsStates(data.Count) ? 1 : sample.Count / (RowsPerFeatureOfEach * features);
        return ShrunkMixture.Best(sample, heldOut, s_components.Where(components => components == 1 || components <= most), s_strengths, Background, random);
    }

    // The mixture as a flow that has nothing to map.
    private FlowMember Member(ShrunkMixture mixture)
    {
        var spec = new FlowSpec
        {
            Dimensions = data.Scale.Dimensions,
            Layers = [new PermutationSpec([.. Enumerable.Range(0, data.Scale.Dimensions)]), new LinearSpec()],
            Latent = new MixtureLatentSpec(mixture.Components.Count),
        };
        return new FlowMember(spec, MixtureLatentStart.ApplyTo(FlowStart.Create(spec, seed, data.Scale.Shift, data.Scale.Scale), mixture));
    }

    private static long Values(FlowMember mixture) =>
        mixture.Arrays.Where(array => array.Name is ParameterNames.StateLogWeights or ParameterNames.StateMeans or ParameterNames.StateWhitening).Sum(array => (long)array.Values.Length);

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

    // By expectation maximisation: the share of the flows, then of each of the others that are kept, and what they gain in the mean, in nats.
    private static (double[] Shares, double Gain) Shares(double[][] densities, List<int> kept)
    {
        double[][] all = [densities[0], .. kept.Select(one => densities[one])];
        int rows = all[0].Length;
        double[] shares = [.. all.Select(_ => 1.0 / all.Length)], terms = new double[all.Length], sums = new double[all.Length];
        double gain = 0;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            gain = 0;
            Array.Fill(sums, PriorOfOther);
            sums[0] = PriorOfFlows;
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < terms.Length; i++)
                    terms[i] = Math.Log(shares[i]) + all[i][row];
                double greatest = TensorPrimitives.Max<double>(terms), total = 0;
                foreach (double term in terms)
                    total += Math.Exp(term - greatest);
                for (int i = 0; i < terms.Length; i++)
                    sums[i] += Math.Exp(terms[i] - greatest) / total;
                gain += (greatest + Math.Log(total) - all[0][row]) / rows;
            }
            for (int i = 0; i < shares.Length; i++)
                shares[i] = sums[i] / sums.Sum();
        }
        return (shares, gain);
    }
}
