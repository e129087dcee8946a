namespace SearchSample.Trials;

/// <summary>A choice of options, and how good flows with them were.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Values">A value for each option.</param>
internal sealed record Trial(int Number, IReadOnlyDictionary<string, object> Values)
{
    private readonly List<double> _scores = [];

    /// <summary>The mean held-out log-density in each round that it took part in; NaN where training failed.</summary>
    public IReadOnlyList<double> Scores => _scores;

    public int Rounds => _scores.Count;

    /// <summary>That of its last round.</summary>
    public double Score => _scores.Count > 0 ? _scores[^1] : double.NaN;

    public void Add(double score) => _scores.Add(score);
}
