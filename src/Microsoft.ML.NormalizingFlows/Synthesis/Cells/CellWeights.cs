namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// What the cells of digits are worth where these are drawn, from 0 (never drawn) to 1: the share of a cell that fulfils a condition. Digits without a
/// condition have none.
/// </summary>
internal sealed class CellWeights(CellShape shape)
{
    private readonly float[]?[] _worth = new float[shape.Digits][];

    /// <summary>Whether there is a condition on a digit.</summary>
    public bool Has(int digit) => _worth[digit] is not null;

    /// <summary>Adds what a cell is worth, written in the digits of its column; those never added are worth 0.</summary>
    /// <param name="first">The first digit of the column.</param>
    /// <param name="codes">Its digits.</param>
    /// <param name="worth">Above 0, at most 1.</param>
    public void Add(int first, ReadOnlySpan<short> codes, float worth)
    {
        int last = codes.LastIndexOfAnyExcept(CellShape.None);
        for (int i = 0, place = 0; i < codes.Length; i++)
        {
            int size = shape.Sizes[first + i];
            place = place * size + Math.Max((short)0, codes[i]);
            if (codes[i] < 0)
                continue;
            var own = _worth[first + i] ??= new float[shape.Prefixes(first + i) * size];
            // What a group is worth shows when its cell is drawn.
            own[place] = i < last ? 1 : worth;
        }
    }

    /// <summary>Of the cells of a digit, given the digits before it; empty where there is no condition.</summary>
    public ReadOnlySpan<float> Of(ReadOnlySpan<short> codes, int digit) =>
        _worth[digit] is { } worth ? worth.AsSpan(shape.Prefix(codes, digit) * shape.Sizes[digit], shape.Sizes[digit]) : [];
}
