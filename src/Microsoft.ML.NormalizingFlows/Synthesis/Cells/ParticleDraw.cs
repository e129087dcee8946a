using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// Draws rows that share what is known of them. Where all that is known stands before all that is drawn, they are drawn as they are. Else they
/// are chosen among particles, which are drawn in order and weigh what is known behind (sampling-importance-resampling, Rubin 1987): as many as it takes
/// for their effective number, (sum w)^2 / sum w^2 (Kong 1992), to exceed the rows, so that hardly one is chosen twice. Choosing in even steps along the
/// weights (systematic resampling, Kitagawa 1996) takes each particle as often as its weight says, up to one.
/// </summary>
/// <param name="evaluator">Draws cells.</param>
/// <param name="weights">Conditions on what is drawn; null for none.</param>
internal sealed class ParticleDraw(ICellEvaluator evaluator, CellWeights? weights)
{
    private const int MinimumEffective = 32;
    private const int EffectivePerRow = 2;
    private const int MaximumParticles = 4_096;
    private const int MaximumPerRow = 256;

    /// <summary>The sum of weights, the number of particles that agree where those that do weigh 1, from which their effective number is trusted.</summary>
    private const double MinimumAgreeing = 3;

    /// <summary>How far that is followed: a single row, as in filling gaps, is not to cost thousands.</summary>
    private const int MaximumPerRowToAgree = 64;

    /// <summary>Whether rows with these cells can be drawn without particles.</summary>
    public bool IsInOrder(ReadOnlySpan<int> cells)
    {
        int first = cells.IndexOf(CellRows.Unknown);
        for (int column = first + 1; first >= 0 && column < cells.Length; column++)
        {
            if (cells[column] >= 0 || weights?.Has(column) == true)
                return false;
        }
        return true;
    }

    /// <summary>Draws the unknown cells and values of rows, all alike.</summary>
    /// <returns>How many rows that are drawn independently these are worth: fewer than there are where particles were chosen again and again.</returns>
    public double Complete(CellRows rows, ulong seed)
    {
        if (rows.Count == 0)
            return 0;
        if (IsInOrder(rows[0]))
        {
            Draw(rows, seed, 0);
            return rows.Count;
        }
        var (particles, logs) = Spread(rows, seed);
        Choose(particles, logs, rows, RandomStream.For(seed, "choice"));
        return Math.Min(rows.Count, EffectiveNumber(logs));
    }

    private double[] Draw(CellRows rows, ulong seed, int first)
    {
        var seeds = new ulong[rows.Count];
        for (int row = 0; row < seeds.Length; row++)
            seeds[row] = RandomStream.Derive(seed, "particle", (ulong)(first + row));
        var logs = new double[rows.Count];
        evaluator.Draw(rows, weights, seeds, logs);
        return logs;
    }

    private (CellRows Particles, List<double> Logs) Spread(CellRows rows, ulong seed)
    {
        CellRows particles = new(rows.Width, rows.Columns), round = new(rows.Width, rows.Columns);
        var logs = new List<double>();
        double wanted = Math.Max(MinimumEffective, (double)EffectivePerRow * rows.Count);
        long most = MaximumParticles + (long)MaximumPerRow * rows.Count;
        do
        {
            round.Clear();
            // Twice as many in all, after each round.
            for (int left = Math.Max(2 * MinimumEffective, Math.Max(EffectivePerRow * rows.Count, logs.Count)); left > 0; left--)
                round.Add(rows[0], rows.Values(0));
            logs.AddRange(Draw(round, seed, particles.Count));
            for (int row = 0; row < round.Count; row++)
                particles.Add(round[row], round.Values(row));
        }
        while ((EffectiveNumber(logs) < wanted && particles.Count < most) || (AgreeingNumber(logs) < MinimumAgreeing && particles.Count < MaximumPerRowToAgree * rows.Count));
        return (particles, logs);
    }

    // Particles that weigh the same look effective, and may all be bad: where the weights sum to little, a better one may not have been met yet.
    private static double AgreeingNumber(List<double> logs) => logs.Sum(Math.Exp);

    private static double EffectiveNumber(List<double> logs)
    {
        double greatest = logs.Max(), sum = 0, squares = 0;
        foreach (double log in logs)
        {
            double weight = Math.Exp(log - greatest);
            sum += weight;
            squares += weight * weight;
        }
        return sum * sum / squares;
    }

    private static void Choose(CellRows particles, List<double> logs, CellRows rows, RandomStream random)
    {
        double greatest = logs.Max(), step = logs.Sum(log => Math.Exp(log - greatest)) / rows.Count;
        double at = random.NextUniform() * step, passed = 0;
        for (int row = 0, particle = -1; row < rows.Count; row++, at += step)
        {
            while (passed <= at && particle + 1 < particles.Count)
                passed += Math.Exp(logs[++particle] - greatest);
            particles[particle].CopyTo(rows[row]);
            particles.Values(particle).CopyTo(rows.Values(row));
        }
    }
}
