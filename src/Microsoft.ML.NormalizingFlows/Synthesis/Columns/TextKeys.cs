using System.Globalization;
using System.Numerics;
using System.Text;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// New texts that look as unique ones do, and are none of them: runs of digits and of letters, and what stands between. One run of digits counts on
/// from the greatest; where no run of digits tells texts apart, one of letters is longer than all. Other runs that differ are drawn. Texts of one
/// length whose digits and letters stand anywhere, such as GUIDs, are drawn character by character.
/// </summary>
/// <param name="Runs">From left to right.</param>
/// <param name="Rows">How many texts there are.</param>
internal sealed record TextKeys(IReadOnlyList<TextKeys.Run> Runs, long Rows)
{
    private const int MaximumLetters = 11;

    /// <summary>Texts drawn by characters have at least so many bits, so that none is drawn twice, nor one that was learned.</summary>
    private const double MinimumBits = 60;

    private const long MaximumRows = 1L << 53;

    /// <summary>Letters of one text.</summary>
    private const int MaximumLength = short.MaxValue;

    /// <summary>What a run of a text is made by.</summary>
    public enum RunKind
    {
        /// <summary>The same in all texts.</summary>
        Constant,

        /// <summary>A number, from row to row one more.</summary>
        Count,

        /// <summary>A number that is drawn.</summary>
        Number,

        /// <summary>Letters that are drawn.</summary>
        Letters,

        /// <summary>Letters that are different in each row.</summary>
        CountedLetters,
    }

    /// <summary>A run of characters.</summary>
    /// <param name="Kind">How it is made.</param>
    /// <param name="Text">The constant; of letters the characters to draw from.</param>
    /// <param name="Minimum">The first number; the fewest letters.</param>
    /// <param name="Maximum">The last number; the most letters.</param>
    /// <param name="Width">Digits of a number, with zeros before it; 0 for as many as it has.</param>
    public sealed record Run(RunKind Kind, string Text, BigInteger Minimum, BigInteger Maximum, int Width);

    /// <param name="texts">All different, two or more.</param>
    public static TextKeys Of(IReadOnlyList<string> texts)
    {
        var looks = texts.GroupBy(Look).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (looks.Length * 2 > texts.Count && OfCharacters(texts) is { } keys)
            return keys;
        string[][] split = [.. looks[0].Select(text => Split(text).ToArray())];
        var columns = Enumerable.Range(0, split[0].Length).Select(run => split.Select(parts => parts[run]).ToArray()).ToArray();
        var runs = columns.Select(Drawn).ToArray();
        // The run that tells most texts apart; of several the last.
        int[] numbers = [.. Enumerable.Range(0, runs.Length).Where(run => char.IsAsciiDigit(columns[run][0][0]))];
        int[] letters = [.. Enumerable.Range(0, runs.Length).Where(run => char.IsLetter(columns[run][0][0]))];
        int counted = (numbers.Length > 0 ? numbers : letters).OrderByDescending(run => columns[run].Distinct().Count()).ThenByDescending(run => run).FirstOrDefault(-1);
        long rows = MaximumRows;
        if (counted < 0)
            runs = [.. runs, new Run(RunKind.Count, "", 1, 0, 0)];
        else if (numbers.Length > 0)
            runs[counted] = Counted(columns[counted], AllOf(texts, Array.IndexOf(numbers, counted)));
        else
            (runs[counted], rows) = CountedLetters(columns[counted]);
        return new TextKeys(runs, rows);
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static TextKeys Read(BinaryReader reader)
    {
        var runs = new Run[reader.ReadCount(leastBytes: 8)];
        long length = 0;
        for (int i = 0; i < runs.Length; i++)
        {
            var kind = (RunKind)reader.ReadByte();
            string text = reader.ReadString();
            BigInteger minimum = new(reader.ReadArray<byte>()), maximum = new(reader.ReadArray<byte>());
            runs[i] = new Run(kind, text, minimum, maximum, reader.ReadInt32());
            if (!IsPossible(runs[i]))
                throw new InvalidDataException("it claims impossible keys");
            length += LengthOf(runs[i]);
            if (length > MaximumLength)
                throw new InvalidDataException($"it claims keys of more than {MaximumLength} letters");
        }
        return new TextKeys(runs, reader.ReadInt64());
    }

    /// <summary>Whether a file may hold them: a number of hundreds of digits cannot be drawn, and very long texts may be a hostile claim.</summary>
    public bool CanBeRead => Runs.All(IsPossible) && Runs.Sum(run => (long)LengthOf(run)) <= MaximumLength;

    private static bool IsPossible(Run run) => run.Width is >= 0 and <= MaximumLength && run.Kind switch
    {
        RunKind.Constant or RunKind.Count => true,
        RunKind.Number => run.Maximum >= run.Minimum && double.IsFinite((double)(run.Maximum - run.Minimum + 1)),
        RunKind.Letters or RunKind.CountedLetters => run.Text.Length > 0 && run.Minimum >= 0 && run.Maximum <= MaximumLength && run.Maximum >= run.Minimum,
        _ => false,
    };

    // The most letters that a run adds to those that stand in the file.
    private static int LengthOf(Run run) => run.Kind is RunKind.Letters or RunKind.CountedLetters ? (int)run.Maximum : run.Width;

    public void Write(BinaryWriter writer)
    {
        writer.Write(Runs.Count);
        foreach (var run in Runs)
        {
            writer.Write((byte)run.Kind);
            writer.Write(run.Text);
            writer.WriteArray<byte>(run.Minimum.ToByteArray());
            writer.WriteArray<byte>(run.Maximum.ToByteArray());
            writer.Write(run.Width);
        }
        writer.Write(Rows);
    }

    /// <summary>The key of a row.</summary>
    public string Text(long row)
    {
        var random = RandomStream.For(0, "key", (ulong)row);
        var text = new StringBuilder();
        foreach (var run in Runs)
        {
            switch (run.Kind)
            {
                case RunKind.Constant:
                    text.Append(run.Text);
                    break;
                case RunKind.Count:
                    text.Append(Digits(run.Minimum + row, run.Width));
                    break;
                case RunKind.Number:
                    text.Append(Digits(run.Minimum + (BigInteger)(random.NextUniform() * (double)(run.Maximum - run.Minimum + 1)), run.Width));
                    break;
                case RunKind.Letters:
                    Draw((int)run.Minimum + (int)(random.NextUniform() * (double)(run.Maximum - run.Minimum + 1)), run.Text);
                    break;
                case RunKind.CountedLetters:
                    Count(run, row);
                    break;
                default:
                    throw new InvalidOperationException($"{run.Kind} is no run of a text.");
            }
        }
        return text.ToString();

        void Draw(int count, string letters)
        {
            for (int i = 0; i < count; i++)
                text.Append(letters[(int)(random.NextUniform() * letters.Length)]);
        }

        // The number of the row in digits that are letters, which a multiplication by a number without common divisor has shuffled.
        void Count(Run run, long number)
        {
            int counting = Math.Min((int)run.Minimum, MaximumLetters);
            Draw((int)run.Minimum - counting, run.Text);
            BigInteger all = BigInteger.Pow(run.Text.Length, counting), shuffled = (number * (BigInteger)11_400_714_819_323_198_485) % all;
            if (BigInteger.GreatestCommonDivisor(11_400_714_819_323_198_485, all) > 1)
                shuffled = number;
            for (int i = 0; i < counting; i++, shuffled /= run.Text.Length)
                text.Append(run.Text[(int)(shuffled % run.Text.Length)]);
        }
    }

    private static string Digits(BigInteger number, int width) => number.ToString(width == 0 ? "R" : "D" + width.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static char ClassOf(char letter) => char.IsAsciiDigit(letter) ? '9' : char.IsLetter(letter) ? 'a' : letter;

    // Of each run of digits or letters its kind, and what stands between.
    private static string Look(string text) => string.Concat(Split(text).Select(run => ClassOf(run[0]) is '9' or 'a' ? ClassOf(run[0]).ToString() : run));

    private static IEnumerable<string> Split(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = start + 1;
            while (ClassOf(text[start]) is '9' or 'a' && end < text.Length && ClassOf(text[end]) == ClassOf(text[start]))
                end++;
            yield return text[start..end];
        }
    }

    // A run that is drawn where it differs.
    private static Run Drawn(string[] runs)
    {
        if (Array.TrueForAll(runs, run => run == runs[0]) && runs.Length > 1 || ClassOf(runs[0][0]) is not ('9' or 'a'))
            return new Run(RunKind.Constant, runs[0], 0, 0, 0);
        if (ClassOf(runs[0][0]) == 'a')
            return new Run(RunKind.Letters, Letters(runs), runs.Min(run => run.Length), runs.Max(run => run.Length), 0);
        var numbers = Array.ConvertAll(runs, Parse);
        return new Run(RunKind.Number, "", numbers.Min(), numbers.Max(), Width(runs));
    }

    // Behind all numbers at its place, whatever the texts look like otherwise.
    private static Run Counted(string[] runs, IEnumerable<string> all) =>
        new(RunKind.Count, "", runs.Concat(all).Select(Parse).Max() + 1, 0, Width(runs));

    // The runs of digits at one place, the first, second, ..., of all texts that have so many.
    private static IEnumerable<string> AllOf(IEnumerable<string> texts, int place) =>
        texts.Select(text => Split(text).Where(run => char.IsAsciiDigit(run[0])).ElementAtOrDefault(place)).OfType<string>();

    // Longer than all, so that none of these comes again.
    private static (Run Run, long Rows) CountedLetters(string[] runs)
    {
        string letters = Letters(runs);
        if (letters.Length < 2)
            letters = char.IsUpper(letters[0]) ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "abcdefghijklmnopqrstuvwxyz";
        int length = runs.Max(run => run.Length) + 1;
        while (Math.Pow(letters.Length, Math.Min(length, MaximumLetters)) < 1e9 && length < MaximumLetters)
            length++;
        return (new Run(RunKind.CountedLetters, letters, length, length, 0), (long)Math.Min(MaximumRows, Math.Pow(letters.Length, Math.Min(length, MaximumLetters))));
    }

    private static TextKeys? OfCharacters(IReadOnlyList<string> texts)
    {
        int length = texts[0].Length;
        if (texts.Any(text => text.Length != length))
            return null;
        string[] letters = [.. Enumerable.Range(0, length).Select(i => string.Concat(texts.Select(text => text[i]).Distinct().Order()))];
        if (letters.Sum(place => Math.Log2(place.Length)) < MinimumBits)
            return null;
        return new TextKeys([.. letters.Select(place => place.Length == 1 ? new Run(RunKind.Constant, place, 0, 0, 0) : new Run(RunKind.Letters, place, 1, 1, 0))], MaximumRows);
    }

    private static BigInteger Parse(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    // Numbers of equal width keep their zeros.
    private static int Width(string[] runs) => Array.TrueForAll(runs, run => run.Length == runs[0].Length) && runs.Length > 1 ? runs[0].Length : 0;

    private static string Letters(string[] runs) => string.Concat(runs.SelectMany(run => run).Distinct().Order());
}
