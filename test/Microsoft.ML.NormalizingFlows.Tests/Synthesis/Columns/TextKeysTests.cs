using System.Numerics;
using System.Text.RegularExpressions;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

public class TextKeysTests
{
    public static TheoryData<string, string[], string> Kinds => new()
    {
        { "behind", [.. Enumerable.Range(1, 100).Select(i => $"INV-{i}")], "^INV-[0-9]{3}$" },
        { "with another among them", ["INV-7-R", .. Enumerable.Range(1, 100).Select(i => $"INV-{i}")], "^INV-[0-9]{3}$" },
        { "letters around", [.. Enumerable.Range(1, 100).Select(i => $"A{i:D4}-X")], "^A[0-9]{4}-X$" },
        { "several runs", [.. Enumerable.Range(1, 100).Select(i => $"{2019 + i % 6}-{i:D6}")], "^20(19|2[0-4])-[0-9]{6}$" },
        { "a run that is full", [.. Enumerable.Range(0, 100).Select(i => $"T{i:D2}")], "^T[0-9]{3}$" },
        { "twenty digits", [.. Enumerable.Range(1, 100).Select(i => $"98765432109876543{i:D3}")], "^[0-9]{20}$" },
        { "GUIDs", [.. Enumerable.Range(0, 100).Select(Id)], "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" },
        { "GUIDs with a word before", [.. Enumerable.Range(0, 100).Select(i => "n-" + Id(i))], "^n-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" },
        { "addresses", [.. Enumerable.Range(0, 100).Select(i => $"{Name(i)}.{Name(i * 7 + 3)}@example.org")], @"^[a-z]+\.[a-z]+@example\.org$" },
        { "names", [.. Enumerable.Range(0, 100).Select(Name)], "^[a-z]+$" },
        { "of every look", ["a", "1", "a1", "1a", "-", "a-1"], "^.+$" },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void New_keys_look_alike_and_none_is_an_old_one(string kind, string[] texts, string look)
    {
        var keys = TextKeys.Of(texts);
        int rows = (int)Math.Min(20_000, keys.Rows);
        string[] drawn = [.. Enumerable.Range(0, rows).Select(row => keys.Text(row))];
        Assert.True(rows > 100, kind);
        Assert.Equal(rows, drawn.Distinct().Count());
        Assert.Empty(drawn.Intersect(texts));
        // What a run has no more room for becomes longer.
        Assert.All(drawn.Take(100), key => Assert.Matches(new Regex(look), key));

        using var stream = new MemoryStream();
        keys.Write(new BinaryWriter(stream));
        stream.Position = 0;
        var loaded = TextKeys.Read(new BinaryReader(stream));
        Assert.Equal(drawn.Take(50), Enumerable.Range(0, 50).Select(row => loaded.Text(row)));
    }

    private static Dictionary<string, TextKeys.Run[]> Impossible => new()
    {
        ["a number beyond a Double"] = [new(TextKeys.RunKind.Number, "", 0, BigInteger.Pow(10, 400), 0)],
        ["no numbers"] = [new(TextKeys.RunKind.Number, "", 2, 1, 0)],
        ["no letters"] = [new(TextKeys.RunKind.Letters, "", 1, 1, 0)],
        ["fewer than no letters"] = [new(TextKeys.RunKind.CountedLetters, "ab", -1, 1, 0)],
        ["too wide"] = [new(TextKeys.RunKind.Count, "", 1, 0, int.MaxValue)],
        ["too many letters in all"] = [.. Enumerable.Repeat(new TextKeys.Run(TextKeys.RunKind.Letters, "ab", 30_000, 30_000, 0), 2)],
        ["an unknown kind"] = [new((TextKeys.RunKind)99, "", 0, 0, 0)],
    };

    [Theory]
    [InlineData('a', 32_767, true)]
    [InlineData('a', 32_768, false)]
    [InlineData('9', 300, true)]
    [InlineData('9', 400, false)]
    public void What_a_file_could_not_hold_is_not_learned(char kind, int length, bool canBeRead)
    {
        var random = new Random(1);
        string[] texts = [.. Enumerable.Range(0, 20).Select(i => Many() + $"-{i}")];
        var keys = TextKeys.Of(texts);
        Assert.Equal(canBeRead, keys.CanBeRead);

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        keys.Write(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        if (canBeRead)
            Assert.Equal(keys.Text(1), TextKeys.Read(reader).Text(1));
        else
            Assert.Throws<InvalidDataException>(() => TextKeys.Read(reader));

        string Many() => string.Concat(Enumerable.Range(0, length).Select(_ => kind == 'a' ? (char)('a' + random.Next(26)) : (char)('1' + random.Next(9))));
    }

    [Fact]
    public void A_column_of_texts_that_are_too_long_is_refused_before_it_is_learned()
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        var rows = Enumerable.Range(0, 20).Select(i => new Long { Key = string.Concat(Enumerable.Range(0, 33_000).Select(_ => (char)('a' + random.Next(26)))) + $"-{i}", Number = i });
        var options = new SynthesizerOptions { Trees = 1, Columns = { ["Key"] = new() { Unique = true } } };
        var error = Assert.Throws<InvalidOperationException>(() => ml.Data.Synthesizer(options).Fit(ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("unique column 'Key' are too long", error.Message, StringComparison.Ordinal);
    }

    private sealed class Long
    {
        public string Key { get; set; } = "";

        public float Number { get; set; }
    }

    [Fact]
    public void Impossible_keys_are_refused()
    {
        foreach (var (what, runs) in Impossible)
        {
            using var stream = new MemoryStream();
            new TextKeys(runs, 10).Write(new BinaryWriter(stream));
            stream.Position = 0;
            Assert.True(Record.Exception(() => TextKeys.Read(new BinaryReader(stream))) is InvalidDataException, what);
        }
    }

    private static string Id(int seed)
    {
        byte[] bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        (bytes[7], bytes[8]) = ((byte)(bytes[7] & 15 | 64), (byte)(bytes[8] & 63 | 128));
        return new Guid(bytes).ToString();
    }

    private static string Name(int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, 4 + random.Next(5)).Select(_ => (char)('a' + random.Next(26))));
    }
}
