using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// Numbers of cells written in one to three digits: a group of neighbours, and the place within it, which is two digits where groups are large. So
/// the network tells a million cells by three small choices.
/// </summary>
internal sealed class CellDigits
{
    /// <summary>A group of more is written in two digits.</summary>
    private const int MaximumInOneDigit = 256;

    private const int MaximumGroups = 1_024;

    private readonly int[] _starts, _groupOf;

    // Cells behind one value of the second digit, where there are three; else 1.
    private readonly int _third;

    /// <param name="starts">The first cell of each group, and the end.</param>
    public CellDigits(int[] starts)
    {
        _starts = starts;
        _groupOf = new int[starts[^1]];
        for (int group = 0; group < Groups; group++)
            Array.Fill(_groupOf, group, starts[group], Size(group));
        int largest = Groups == 0 ? 0 : Enumerable.Range(0, Groups).Max(Size);
        Count = largest <= 1 ? 1 : largest <= MaximumInOneDigit ? 2 : 3;
        _third = Count == 3 ? (int)Math.Ceiling(Math.Sqrt(largest)) : 1;
        Sizes = Count switch { 1 => [Groups], 2 => [Groups, largest], _ => [Groups, Parts(largest), _third] };
    }

    /// <summary>Digits of a cell, 1 to 3.</summary>
    public int Count { get; }

    /// <summary>Cells of each digit.</summary>
    public int[] Sizes { get; }

    /// <summary>Of each digit as <see cref="CellShape.Continues"/>.</summary>
    public int[]?[] Continues => Count switch
    {
        1 => [null],
        2 => [null, [.. Enumerable.Range(0, Groups).Select(Size)]],
        _ =>
        [
            null,
            [.. Enumerable.Range(0, Groups).Select(group => Parts(Size(group)))],
            [.. Enumerable.Range(0, Groups * Sizes[1]).Select(i => Math.Clamp(Size(i / Sizes[1]) - i % Sizes[1] * _third, 0, _third))],
        ],
    };

    private int Groups => _starts.Length - 1;

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static CellDigits Read(BinaryReader reader, int cells)
    {
        int[] starts = reader.ReadArray<int>();
        bool fits = starts.Length - 1 is >= 1 and <= MaximumGroups && starts[0] == 0 && starts[^1] == cells
            && starts.Zip(starts.Skip(1), (start, end) => end > start).All(isGreater => isGreater);
        return fits ? new CellDigits(starts) : throw new InvalidDataException($"its {cells} cells of a column do not fit together");
    }

    public void Write(BinaryWriter writer) => writer.WriteArray<int>(_starts);

    public void Write(int cell, Span<short> digits)
    {
        int group = _groupOf[cell], place = cell - _starts[group];
        digits.Fill(CellShape.None);
        digits[0] = (short)group;
        if (Count > 1 && Parts(Size(group)) > 1)
            digits[1] = (short)(place / _third);
        if (Count > 2 && Size(group) - place / _third * _third > 1)
            digits[2] = (short)(place % _third);
    }

    public int Read(ReadOnlySpan<short> digits)
    {
        int place = Count > 1 ? Math.Max((short)0, digits[1]) * _third : 0;
        return _starts[digits[0]] + place + (Count > 2 ? Math.Max((short)0, digits[2]) : 0);
    }

    private int Size(int group) => _starts[group + 1] - _starts[group];

    private int Parts(int cells) => (cells + _third - 1) / _third;
}
