using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Synthesis;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

/// <summary>A row of many types, under every rule that a synthesizer keeps.</summary>
internal sealed class MutatedSale
{
    public string Invoice { get; set; } = "";

    public string Name { get; set; } = "";

    public ulong Serial { get; set; }

    public long Account { get; set; }

    public DateTime Placed { get; set; }

    public DateTime Shipped { get; set; }

    public TimeSpan Took { get; set; }

    public int Day { get; set; }

    public float Price { get; set; }

    public double Least { get; set; }

    public double Total { get; set; }

    public short Pieces { get; set; }

    /// <summary>So much for each unit of the total, but for what the scale adds.</summary>
    public double Weight { get; set; }

    public bool IsNew { get; set; }

    public string City { get; set; } = "";

    [KeyType(5)]
    public uint Shop { get; set; }

    public static MutatedFile Kind(MLContext ml, int drawn, int seed)
    {
        var table = ml.Data.LoadFromEnumerable(Draw(300));
        var options = new SynthesizerOptions
        {
            Trees = 2,
            Seed = 1,
            Threads = 1,
            Combinations = [[nameof(City), nameof(Shop)]],
            Columns =
            {
                [nameof(Invoice)] = new() { Unique = true },
                [nameof(Name)] = new() { Unique = true },
                [nameof(Serial)] = new() { Unique = true },
                [nameof(Account)] = new() { Kind = ColumnKind.Category },
                [nameof(Placed)] = new() { NotAbove = [nameof(Shipped)] },
                [nameof(Least)] = new() { Below = [nameof(Total)] },
                [nameof(Day)] = new() { Kind = ColumnKind.Date },
            },
        };
        var file = ml.Data.Synthesizer(options).Fit(table).File;
        Assert.Contains(file.Codec.Codes, code => code.Relation is not null);
        Assert.NotEmpty(file.Model.Rules);
        return new MutatedFile("synthesizer", [MutatedFiles.Bytes(file.Write)], bytes =>
        {
            var synthesizer = new SynthesizerTransformer(ml, SynthesizerFile.Read(MutatedFiles.Reader(bytes)), threads: 1);
            var few = ml.Data.TakeRows(table, 20);
            return new LoadedFile(
                () => TableNumbers.Of(synthesizer.Sample(drawn, seed), from: 0, nameof(Price))
                    .Concat(TableNumbers.Of(synthesizer.Transform(few), few.Schema.Count).Where(pair => !double.IsNegativeInfinity(pair.Value))),
                synthesizer);
        });
    }

    private static IEnumerable<MutatedSale> Draw(int count)
    {
        var random = new Random(5);
        for (int i = 0; i < count; i++)
        {
            int size = random.Next(20);
            var placed = new DateTime(2023, 1, 1).AddHours(random.Next(5_000));
            double least = random.NextDouble() * size, total = least + 0.1 + random.NextDouble();
            yield return new MutatedSale
            {
                Invoice = $"INV-{i + 7}-R", Name = string.Concat(Enumerable.Range(0, 6).Select(_ => (char)('a' + random.Next(26)))), Serial = ulong.MaxValue - 1_000_000 + (ulong)i * 3,
                Account = (1L << 60) + size % 7, Placed = placed, Shipped = placed.AddHours(random.Next(48)), Took = TimeSpan.FromMinutes(size + random.Next(500)),
                Day = 2024_01_01 + random.Next(12) * 100 + random.Next(28), Price = random.Next(4) == 0 ? float.NaN : size + random.Next(100) / 100f,
                Least = least, Total = total, Pieces = (short)size, Weight = Math.Round(1.7 * total + 0.02 * random.NextDouble(), 3), IsNew = size > 10,
                City = size < 7 ? "Bern" : size < 12 ? "Basel" : "Genf", Shop = (uint)(size % 5),
            };
        }
    }
}
