namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// The shape of a <see cref="CellNetwork{T}"/>: what a row is made of, J digits, and the size of the network that tells each
/// digit from those before it. Digit j is one of <c>Sizes[j]</c> cells.
/// </summary>
internal sealed record CellShape
{
    /// <summary>The code of a digit that a row does not have.</summary>
    public const short None = -1;

    /// <summary>The code of a digit that is to be drawn.</summary>
    public const short Unknown = -2;

    /// <summary>A softmax in Single precision tells probabilities down to about e^-87; what is below counts as this.</summary>
    public const double MinimumProbability = 1e-37;

    /// <summary>Cells of each digit, 1 or more.</summary>
    public required int[] Sizes { get; init; }

    /// <summary>
    /// For a digit that goes on where those before it end: how many of its cells there are behind each of their values, counted as a number of these
    /// digits, the last one fastest, where fewer than 2 means that the row has no such digit. Null for a digit that stands for itself, or begins.
    /// </summary>
    public required int[]?[] Continues { get; init; }

    /// <summary>Hidden units of the network.</summary>
    public int HiddenUnits { get; init; } = 256;

    /// <summary>Residual blocks.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Share of hidden activations dropped while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>J.</summary>
    public int Digits => Sizes.Length;

    /// <summary>Where the cells of each digit start among all cells; one number more than digits.</summary>
    public int[] Starts()
    {
        var starts = new int[Digits + 1];
        for (int digit = 0; digit < Digits; digit++)
            starts[digit + 1] = checked(starts[digit] + Sizes[digit]);
        return starts;
    }

    /// <summary>Values of the digits that digit <paramref name="digit"/> goes on from; 1 where it goes on from none.</summary>
    public int Prefixes(int digit) => Continues[digit]?.Length ?? 1;

    /// <summary>The value of the digits that digit <paramref name="digit"/> goes on from, of which <see cref="None"/> counts as 0; 0 where it goes on from none.</summary>
    public int Prefix(ReadOnlySpan<short> digits, int digit)
    {
        int first = digit, value = 0;
        while (Continues[first] is not null)
            first--;
        for (int before = first; before < digit; before++)
            value = value * Sizes[before] + Math.Max((short)0, digits[before]);
        return value;
    }

    /// <summary>Cells that digit <paramref name="digit"/> may have, given the digits before it; below 2 it is <see cref="None"/>.</summary>
    public int Limit(ReadOnlySpan<short> digits, int digit) => Continues[digit] is { } counts ? counts[Prefix(digits, digit)] : Sizes[digit];
}
