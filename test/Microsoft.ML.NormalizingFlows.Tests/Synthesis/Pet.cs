using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>A row of 3 x 4 x 2 x 6 values at most, each column dependent on those before it; the kind is missing in some rows, above all of old pets.</summary>
public sealed record Pet
{
    public string Kind { get; set; } = "";

    public int Age { get; set; }

    public bool IsWild { get; set; }

    public string Home { get; set; } = "";

    /// <summary>All rows that there can be.</summary>
    public static Pet[] All =>
    [
        .. from kind in new[] { "", "cat", "dog" }
           from age in Enumerable.Range(0, 4)
           from wild in new[] { false, true }
           from home in new[] { "barn", "flat", "garden", "house", "street", "yard" }
           select new Pet { Kind = kind, Age = age, IsWild = wild, Home = home },
    ];

    public static Pet[] Draw(int count, ulong seed)
    {
        var random = RandomStream.For(seed, "pets");
        var all = All;
        // Every row has a weight of its own, so that no column is independent of the others.
        double[] weights = [.. all.Select(pet => Math.Exp(2 * RandomStream.For(11, pet.ToString()).NextNormal()) * (pet.Kind == "" ? 0.1 * (1 + pet.Age) : 1))];
        double sum = weights.Sum();
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double left = random.NextUniform() * sum;
            int at = 0;
            while ((left -= weights[at]) > 0 && at + 1 < all.Length)
                at++;
            return all[at] with { };
        })];
    }
}
