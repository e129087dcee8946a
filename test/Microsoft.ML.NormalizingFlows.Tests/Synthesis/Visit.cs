using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>A row of many types: the size says all but the price, which is missing in a fifth of the rows, and the truth value, a coin.</summary>
public sealed record Visit
{
    public string Kind { get; set; } = "";

    public int Size { get; set; }

    public float Price { get; set; }

    public bool IsNew { get; set; }

    public DateTime Day { get; set; }

    [KeyType(5)]
    public uint Shop { get; set; }

    public static Visit[] Draw(int count, ulong seed)
    {
        var random = RandomStream.For(seed, "visits");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int size = random.NextInt(20);
            float price = random.NextUniform() < 0.2 ? float.NaN : (float)(size * 10 + random.NextNormal());
            return new Visit
            {
                Kind = size < 10 ? "small" : "large", Size = size, Price = price, IsNew = random.NextUniform() < 0.5,
                Day = new DateTime(2024, 3, 1 + size), Shop = (uint)(size % 5),
            };
        })];
    }
}
