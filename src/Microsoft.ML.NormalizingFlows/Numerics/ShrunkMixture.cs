using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// A Gaussian mixture fitted to rows by expectation maximisation (Dempster et al. 1977) from the clusters of k-means. Each covariance is
/// drawn towards a diagonal one that all components share, the mean of their variances, as if so many rows more had shown that; and each
/// weight counts one row more. The first component is N(0, I), held where it is with a weight that is given: rows that are far from all
/// others belong to it, and no density falls below that share of it.
/// </summary>
internal sealed class ShrunkMixture
{
    /// <summary>Rows that the shared variances count as where nothing else is said.</summary>
    private const double UsualStrength = 50;

    /// <summary>Added to each variance, in squared standard deviations: no component becomes a point.</summary>
    private const double MinimumVariance = 1e-5;

    /// <summary>Numbers of components without a gain after which no greater one is tried.</summary>
    private const int Patience = 2;

    /// <summary>Rows that are worked on together: what belongs to them stays in the cache.</summary>
    private const int Block = 128;

    private const int MaximumIterations = 60;
    private const double MinimumGain = 1e-4;

    private readonly double[] _logWeights;
    private readonly ShrunkGaussian[] _components;

    /// <summary>A mixture that is there already.</summary>
    /// <param name="logWeights">ln w, the background first.</param>
    /// <param name="components">As many.</param>
    /// <param name="strength">Rows that the shared variances counted as.</param>
    public ShrunkMixture(double[] logWeights, ShrunkGaussian[] components, double strength = UsualStrength) => (_logWeights, _components, Strength) = (logWeights, components, strength);

    /// <summary>ln w, the background first.</summary>
    public IReadOnlyList<double> LogWeights => _logWeights;

    public IReadOnlyList<ShrunkGaussian> Components => _components;

    /// <summary>Rows that the shared variances count as.</summary>
    public double Strength { get; }

    /// <summary>Fits a mixture of <paramref name="components"/>, 2 or more, the background one of them.</summary>
    /// <param name="rows">Standardised rows, as many as components at least.</param>
    /// <param name="components">K.</param>
    /// <param name="background">The weight of the background, in (0, 1).</param>
    /// <param name="random">Where k-means gets its random numbers.</param>
    /// <param name="strength">Rows that the shared variances count as, above 0.</param>
    public static ShrunkMixture Fit(RowTable rows, int components, double background, RandomStream random, double strength = UsualStrength)
    {
        var mixture = new ShrunkMixture(new double[components], new ShrunkGaussian[components], strength);
        mixture._components[0] = ShrunkGaussian.Standard(rows.Dimensions);
        mixture._logWeights[0] = Math.Log(background);
        float[][] centers = KMeans.Fit(rows, components - 1, random, KMeans.StatesStart).Centers;
        double[][] shares = [.. Enumerable.Range(1, components - 1).Select(_ => new double[rows.Count])];
        for (int i = 0; i < rows.Count; i++)
            shares[KMeans.Nearest(centers, rows[i]).Cluster][i] = 1;
        double[][] columns = WeightedMoments.Columns(rows);
        double best = double.NegativeInfinity;
        for (int iteration = 0; iteration < MaximumIterations; iteration++)
        {
            mixture.Maximize(columns, shares, background);
            double likelihood = mixture.Expect(columns, shares);
            // It can fall, too: the shared variances draw small components wide, which then lose their rows to others.
            if (likelihood - best < MinimumGain)
                break;
            best = likelihood;
        }
        return mixture;
    }

    /// <summary>
    /// Of mixtures of several numbers of components and strengths, that under which other rows are likeliest. Work grows with the number: once <see cref="Patience"/> numbers in
    /// succession make the other rows no likelier, greater ones are not tried. One may gain nothing where the next does, as two Gaussians of a ring gain little beside one, and four much.
    /// </summary>
    /// <param name="rows">Standardised rows that they are fitted to.</param>
    /// <param name="others">The other rows, 1 or more.</param>
    /// <param name="components">The numbers of components, ascending, the background aside.</param>
    /// <param name="strengths">The strengths, each of which is tried with each number.</param>
    /// <param name="background">See <see cref="Fit"/>.</param>
    /// <param name="random">Likewise.</param>
    public static ShrunkMixture Best(RowTable rows, RowTable others, IEnumerable<int> components, IReadOnlyList<double> strengths, double background, RandomStream random)
    {
        ShrunkMixture? best = null;
        double greatest = double.NegativeInfinity;
        int withoutGain = 0;
        foreach (int number in components)
        {
            bool gains = false;
            foreach (double strength in strengths)
            {
                var mixture = Fit(rows, number + 1, background, random, strength);
                double likelihood = Enumerable.Range(0, others.Count).Sum(i => mixture.LogDensity(others[i]));
                if (best is null || likelihood > greatest)
                    (best, greatest, gains) = (mixture, likelihood, true);
            }
            withoutGain = gains ? 0 : withoutGain + 1;
            if (withoutGain == Patience)
                break;
        }
        return best!;
    }

    /// <summary>log p(x) in nats, the background included.</summary>
    public double LogDensity(ReadOnlySpan<float> row)
    {
        var terms = new double[_components.Length];
        for (int k = 0; k < terms.Length; k++)
            terms[k] = _logWeights[k] + _components[k].LogDensity(row);
        return LogTerms.ToShares(terms);
    }

    // The weight of the background aside, the others share rows as if it were not there: it is for what comes later.
    private double Expect(double[][] columns, double[][] shares)
    {
        int rows = shares[0].Length, number = shares.Length;
        double[] white = new double[columns.Length * Block], greatest = new double[Block], total = new double[Block];
        double sum = 0;
        for (int start = 0; start < rows; start += Block)
        {
            int count = Math.Min(Block, rows - start);
            Span<double> most = greatest.AsSpan(0, count), all = total.AsSpan(0, count);
            most.Fill(double.NegativeInfinity);
            for (int k = 0; k < number; k++)
            {
                var terms = shares[k].AsSpan(start, count);
                _components[k + 1].LogDensities(columns, start, white, terms);
                TensorPrimitives.Add(terms, _logWeights[k + 1], terms);
                TensorPrimitives.Max<double>(most, terms, most);
            }
            all.Clear();
            for (int k = 0; k < number; k++)
            {
                var terms = shares[k].AsSpan(start, count);
                TensorPrimitives.Subtract<double>(terms, most, terms);
                TensorPrimitives.Exp<double>(terms, terms);
                TensorPrimitives.Add<double>(all, terms, all);
            }
            for (int k = 0; k < number; k++)
            {
                var terms = shares[k].AsSpan(start, count);
                TensorPrimitives.Divide<double>(terms, all, terms);
            }
            TensorPrimitives.Log<double>(all, all);
            sum += TensorPrimitives.Sum<double>(most) + TensorPrimitives.Sum<double>(all);
        }
        return sum / rows;
    }

    private void Maximize(double[][] columns, double[][] shares, double background)
    {
        int rows = shares[0].Length;
        var moments = Array.ConvertAll(shares, share => WeightedMoments.Of(columns, share));
        var variances = new double[columns.Length];
        foreach (var (total, _, squares) in moments)
            for (int i = 0; i < variances.Length; i++)
                variances[i] += squares[i][i] / rows;
        for (int k = 0; k < moments.Length; k++)
        {
            var (total, mean, squares) = moments[k];
            for (int i = 0; i < variances.Length; i++)
            {
                squares[i][i] += Strength * variances[i];
                TensorPrimitives.Divide(squares[i], total + Strength, squares[i]);
                squares[i][i] += MinimumVariance;
            }
            _components[k + 1] = ShrunkGaussian.Of(mean, squares);
            _logWeights[k + 1] = Math.Log((1 - background) * (total + 1) / (rows + moments.Length));
        }
    }
}
