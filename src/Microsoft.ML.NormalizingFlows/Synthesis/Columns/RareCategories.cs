using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// Puts the rare categories of a column in groups of those that are alike in what stands beside them, so that the network, which tells a
/// group first, learns from all rows of a group what hangs on its categories.
/// </summary>
/// <remarks>
/// A category is where the means of the other columns over its rows are, drawn towards the mean of all as far as its rows are few and rows of one
/// category differ: the best linear prediction of a random effect, n t / (n t + s) of the way, with t and s the variance between and
/// within categories by the analysis of variance (Searle, Casella and McCulloch 1992; as encoding, Micci-Barreca 2001). What is then still open,
/// a variance of t s / (n t + s), is drawn: so no group is made of the chance of single rows, which the network would take for a rule. What does
/// not hang on the category has no say.
/// </remarks>
/// <param name="column">Of the table.</param>
/// <param name="values">The rare categories, more frequent ones first.</param>
/// <param name="companions">What may tell which are alike.</param>
internal sealed class RareCategories(int column, IEnumerable<double> values, IReadOnlyList<Companion> companions)
{
    /// <summary>The part of the variance of a companion that must hang on the category.</summary>
    private const double MinimumPart = 0.05;

    /// <summary>Categories that the groups are found by, of many the most frequent.</summary>
    private const int SampleSize = 10_000;

    private const int Iterations = 20;
    private const ulong Seed = 1;

    private readonly Dictionary<double, Sums> _sums = values.ToDictionary(value => value, _ => new Sums(companions.Count));

    public void Add(ReadOnlySpan<double> row)
    {
        if (!_sums.TryGetValue(row[column], out var sums))
            return;
        sums.Rows++;
        for (int i = 0; i < companions.Count; i++)
        {
            double value = companions[i].In(row);
            sums.Sum[i] += value;
            sums.Squares[i] += value * value;
        }
    }

    /// <summary>The group of each category, 0 to less than <paramref name="most"/>; null where nothing tells which are alike.</summary>
    public IReadOnlyDictionary<double, int>? Groups(int most)
    {
        var random = new RandomStream(Seed);
        var effects = Enumerable.Range(0, companions.Count).Select(companion => Effects(companion, random)).OfType<float[]>().ToArray();
        if (effects.Length == 0 || _sums.Count <= most)
            return null;
        float[][] places = [.. Enumerable.Range(0, _sums.Count).Select(i => effects.Select(effect => effect[i]).ToArray())];
        var sample = new RowTable(effects.Length);
        foreach (float[] place in places.Take(SampleSize))
            sample.Add(place);
        float[][] centers = KMeans.Fit(sample, most, random, Iterations).Centers;
        return _sums.Keys.Select((value, i) => (value, KMeans.Nearest(centers, places[i]).Cluster)).ToDictionary();
    }

    // Of each category, what it makes of a companion; null where that is next to nothing.
    private float[]? Effects(int companion, RandomStream random)
    {
        var all = _sums.Values;
        double rows = all.Sum(sums => sums.Rows), mean = all.Sum(sums => sums.Sum[companion]) / rows;
        double between = all.Sum(sums => sums.Rows * Math.Pow(sums.Sum[companion] / sums.Rows - mean, 2));
        double within = all.Sum(sums => sums.Squares[companion] - sums.Sum[companion] * sums.Sum[companion] / sums.Rows);
        if (rows <= all.Count)
            return null;
        double noise = Math.Max(0, within / (rows - all.Count));         // rounding may take it below
        double typical = (rows - all.Sum(sums => (double)sums.Rows * sums.Rows) / rows) / (all.Count - 1);
        double effect = (between / (all.Count - 1) - noise) / typical;
        if (!(effect > MinimumPart * (effect + noise)))
            return null;
        return [.. all.Select(sums =>
        {
            double certainty = sums.Rows * effect + noise;
            return (float)((sums.Sum[companion] - sums.Rows * mean) * effect / certainty + Math.Sqrt(effect * noise / certainty) * random.NextNormal());
        })];
    }

    private sealed class Sums(int companions)
    {
        public long Rows { get; set; }

        public double[] Sum { get; } = new double[companions];

        public double[] Squares { get; } = new double[companions];
    }
}
