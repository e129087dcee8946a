using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// How well a clustering accounts for rows that were held out: <c>p(x) = sum_c w_c p_c(x)</c>, where p_c is a <see cref="ClusterFlow"/> of the
/// rows of cluster c and w_c their share, by cross-validation. One flow follows a cluster of any shape; between two clusters it lays a
/// bridge over the gap, and where one cluster is cut in two it has to learn a sharp edge. Both cost density: it is greatest where
/// clusters end where the rows do. A flow of few rows is worse than the Gaussian of these, which would speak for clusters of many: there p_c is a mixture of
/// both, by weights that make rows likeliest which neither has seen (stacking, Smyth and Wolpert 1999).
/// </summary>
/// <param name="rows">The rows that clusterings are judged on.</param>
/// <param name="flow">Learns the density of a cluster.</param>
/// <param name="seed">Deals the folds and starts the flows.</param>
/// <param name="atOnce">Flows that are trained at the same time.</param>
internal sealed class HeldOutDensity(RowTable rows, ClusterFlow flow, ulong seed, int atOnce = 1)
{
    private const int Folds = 3;

    /// <summary>With fewer rows to learn from, a flow says nothing of a cluster, and a <see cref="SmallCluster"/> takes its place; with fewer than many, it stands beside.</summary>
    private const int MinimumRows = 20, ManyRows = 100;

    private const int StackingSteps = 30;

    private readonly int[] _folds = Deal(rows.Count, seed);

    /// <param name="clusterings">The cluster of each row, for each clustering, 1 or more.</param>
    /// <param name="progress">For flow i of n, who is told of its training.</param>
    /// <returns>The mean log-density of a row in nats for each clustering.</returns>
    public IReadOnlyList<double> Of(IReadOnlyList<int[]> clusterings, Func<int, int, IProgress<TrainingProgress>?> progress)
    {
        var parts = clusterings.Select(clusters => Enumerable.Range(0, clusters.Length).GroupBy(row => clusters[row]).Select(cluster => new Part([.. cluster])).ToList()).ToList();
        // Clusterings share clusters, which need no second density.
        Part[] all = [.. parts.SelectMany(clusters => clusters).DistinctBy(part => part.Name)];
        var flowTerms = Terms([.. all.Where(part => HasRows(part, MinimumRows))]);
        var gaussianTerms = Terms([.. all.Where(part => !HasRows(part, ManyRows))]);
        Part[] large = [.. flowTerms.Keys];
        int flows = Folds * large.Length;
        SideBySide.Run(flows, atOnce, i => AddTerm(flowTerms[large[i / Folds]], large[i / Folds], i % Folds, (training, held) => [.. flow
            .LogDensities(training, held, RandomStream.Derive(seed, "cluster", (ulong)i), progress(i, flows)).Select(logDensity => (double)logDensity)]));
        for (int fold = 0; fold < Folds && gaussianTerms.Count > 0; fold++)
        {
            int[] known = [.. Enumerable.Range(0, rows.Count).Where(row => _folds[row] != fold)];
            var small = new SmallCluster(rows, clusterings.MaxBy(clusters => clusters.Distinct().Count())!, known);
            foreach (var (part, term) in gaussianTerms)
                AddTerm(term, part, fold, small.LogDensities);
        }
        var terms = all.ToDictionary(part => part.Name, part => (flowTerms.GetValueOrDefault(part), gaussianTerms.GetValueOrDefault(part)) switch
        {
            ({ } own, { } gaussian) => Stacked(part, own, gaussian),
            ({ } own, null) => own,
            (null, var gaussian) => gaussian!,
        });
        return [.. parts.Select(clusters => Mean([.. clusters.Select(part => terms[part.Name])]))];
    }

    private Dictionary<Part, double[]> Terms(Part[] parts) => parts.ToDictionary(part => part, _ => new double[rows.Count]);

    // Of both densities of a part a mixture, whose weight in a fold comes from the rows of the part in the others.
    private double[] Stacked(Part part, double[] own, double[] gaussian)
    {
        var stacked = new double[rows.Count];
        for (int fold = 0; fold < Folds; fold++)
        {
            double[] odds = [.. part.Rows.Where(row => _folds[row] != fold).Select(row => gaussian[row] - own[row])];
            double weight = 0.5;
            for (int step = 0; step < StackingSteps; step++)
                weight = odds.Average(odd => weight / (weight + (1 - weight) * Math.Exp(odd)));
            for (int row = 0; row < stacked.Length; row++)
            {
                if (_folds[row] == fold)
                    stacked[row] = LogSum(own[row] + Math.Log(weight), gaussian[row] + Math.Log(1 - weight));
            }
        }
        return stacked;
    }

    private static double LogSum(params ReadOnlySpan<double> logs)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double log in logs)
            largest = Math.Max(largest, log);
        if (double.IsNegativeInfinity(largest))
            return largest;
        foreach (double log in logs)
            sum += Math.Exp(log - largest);
        return largest + Math.Log(sum);
    }

    private static int[] Deal(int rows, ulong seed)
    {
        int[] folds = [.. Enumerable.Range(0, rows).Select(row => row % Folds)];
        RandomStream.For(seed, "folds").Shuffle<int>(folds);
        return folds;
    }

    // The mean over the rows of ln sum_c exp(term).
    private static double Mean(double[][] terms)
    {
        double sum = 0;
        for (int row = 0; row < terms[0].Length; row++)
            sum += LogSum(Array.ConvertAll(terms, term => term[row]));
        return sum / terms[0].Length;
    }

    private bool HasRows(Part part, int minimum) =>
        Enumerable.Range(0, Folds).All(fold => part.Rows.Count(row => _folds[row] != fold) >= minimum);

    // ln (w_c p_c(x)) of each row of a fold, w_c and p_c from the other folds.
    private int AddTerm(double[] term, Part part, int fold, Func<RowTable, RowTable, double[]> learn)
    {
        int[] held = [.. Enumerable.Range(0, rows.Count).Where(row => _folds[row] == fold)];
        RowTable training = Table(part.Rows.Where(row => _folds[row] != fold));
        double logShare = Math.Log(training.Count / (double)(rows.Count - held.Length));
        double[] logDensities = learn(training, Table(held));
        for (int i = 0; i < held.Length; i++)
            term[held[i]] = logShare + logDensities[i];
        return held.Length;
    }

    private RowTable Table(IEnumerable<int> chosen)
    {
        var table = new RowTable(rows.Dimensions);
        foreach (int row in chosen)
            table.Add(rows[row]);
        return table;
    }

    /// <summary>A cluster by its rows; equal rows, equal names.</summary>
    private sealed class Part(int[] rows)
    {
        public int[] Rows => rows;

        public string Name { get; } = string.Join(' ', rows);
    }
}
