namespace SearchSample.Trials;

/// <summary>
/// Many short trainings, of which the best third is trained three times as long, and so on (Jamieson and Talwalkar 2016): each round
/// takes about the same time, and little goes to options that are bad.
/// </summary>
internal sealed class SuccessiveHalving(int trials, int firstEpochs)
{
    private const int Factor = 3;

    /// <summary>How many trials each round has, from the first.</summary>
    public IReadOnlyList<int> Sizes { get; } = [.. Steps(trials)];

    public int Rounds => Sizes.Count;

    /// <summary>How long the trainings of a round are.</summary>
    public int Epochs(int round) => firstEpochs * (int)Math.Pow(Factor, round);

    /// <summary>Runs all rounds, or those that there is time for; what is known when it is cancelled stays in the trials.</summary>
    /// <param name="all">As many as the first round has.</param>
    /// <param name="score">Trains with the options of a trial, in a round, and tells the score, the greater the better.</param>
    /// <param name="cancellation">Ends the search.</param>
    public void Run(IReadOnlyList<Trial> all, Func<Trial, int, double> score, CancellationToken cancellation)
    {
        IReadOnlyList<Trial> left = all;
        for (int round = 0; round < Rounds; round++)
        {
            left = [.. Ranked(left).Take(Sizes[round])];
            foreach (Trial trial in left)
            {
                if (cancellation.IsCancellationRequested)
                    return;
                try
                {
                    trial.Add(score(trial, round));
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }

    /// <summary>The best first: of those that came furthest, that with the greatest score. A failed one is last of its round.</summary>
    public static IEnumerable<Trial> Ranked(IEnumerable<Trial> trials) =>
        trials.OrderByDescending(trial => trial.Rounds).ThenByDescending(trial => double.IsNaN(trial.Score) ? double.NegativeInfinity : trial.Score);

    private static IEnumerable<int> Steps(int size)
    {
        yield return size;
        // A round of one trial would choose nothing.
        while ((size /= Factor) > 1)
            yield return size;
    }
}
