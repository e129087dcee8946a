namespace Segments;

/// <summary>
/// Customers of a made-up shop. Two groups spend a budget a month, 120 and 520 euro, some in many small visits, some in few large ones:
/// two bent bands, side by side. Bargain hunters come for discounts; newcomers have come for some weeks only.
/// </summary>
internal static class Shop
{
    public static IReadOnlyList<string> Groups { get; } = ["small budget", "large budget", "bargain hunters", "newcomers"];

    private static readonly double[] Shares = [0.38, 0.32, 0.18, 0.12];

    public static List<Customer> Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Draw(random))];
    }

    private static Customer Draw(Random random)
    {
        double which = random.NextDouble();
        int group = 0;
        while (group < Shares.Length - 1 && (which -= Shares[group]) > 0)
            group++;
        double visits = Math.Exp(0.7 + 1.7 * random.NextDouble());
        return group switch
        {
            0 => Customer(visits, 120 / visits * Spread(0.10), 10 * Spread(0.4), 2 + 6 * random.NextDouble()),
            1 => Customer(visits, 520 / visits * Spread(0.10), 8 * Spread(0.4), 2 + 6 * random.NextDouble()),
            2 => Customer(6 * Spread(0.25), 38 * Spread(0.15), 55 + 7 * Normal(), 2 + 5 * random.NextDouble()),
            _ => Customer(3 * Spread(0.3), 90 * Spread(0.2), 20 * Spread(0.3), 0.3 * Spread(0.4)),
        };

        Customer Customer(double visitsPerMonth, double basket, double discounted, double years) => new()
        {
            VisitsPerMonth = (float)visitsPerMonth, Basket = (float)basket, Discounted = (float)discounted, Years = (float)years, Group = group,
        };

        double Spread(double size) => Math.Exp(size * Normal());

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
