namespace Microsoft.ML.NormalizingFlows.Tests.Quality;

/// <summary>A row of a table whose columns depend on one another.</summary>
public sealed class QualityRow
{
    public float Height { get; set; }

    public double Weight { get; set; }

    public string Kind { get; set; } = "";

    public bool Old { get; set; }

    /// <summary>Rows drawn from one distribution; another seed gives other rows of it.</summary>
    public static QualityRow[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double u = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
            string kind = u + 0.4 * random.NextDouble() > 0.3 ? "tall" : random.Next(2) == 0 ? "small" : "";
            return new QualityRow
            {
                Height = (float)(10 * u),
                Weight = 3 * u + 0.4 * (random.NextDouble() - 0.5) + (kind == "tall" ? 2 : 0),
                Kind = kind,
                Old = random.NextDouble() < 0.5 + u / 2,
            };
        })];
    }

    /// <summary>The same columns, each shuffled by itself: what a generator of independent columns makes.</summary>
    public static QualityRow[] Independent(QualityRow[] rows, int seed)
    {
        var random = new Random(seed);
        return [.. rows.Select(_ => new QualityRow { Height = Any().Height, Weight = Any().Weight, Kind = Any().Kind, Old = Any().Old })];

        QualityRow Any() => rows[random.Next(rows.Length)];
    }
}
