using System.Collections;
using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Relations;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Conditions;

/// <summary>What drawn rows are to have in common, checked against what was learned.</summary>
internal sealed class Condition
{
    private readonly TableCodec _codec;

    private Condition(TableCodec codec)
    {
        (_codec, Cells, Values) = (codec, new int[codec.Width], new double[codec.Columns.Count]);
        Cells.AsSpan().Fill(CellRows.Unknown);
        Values.AsSpan().Fill(CellRows.ToDraw);
    }

    /// <summary>Of a row; <see cref="CellRows.Unknown"/> where they are to be drawn.</summary>
    public int[] Cells { get; }

    /// <summary>Of a row, NaN where one is given as missing; <see cref="CellRows.ToDraw"/> where they are to be drawn.</summary>
    public double[] Values { get; }

    /// <summary>What cells are worth where a range or several values are given; else null.</summary>
    public CellWeights? Weights { get; private set; }

    /// <param name="codec">How rows are written.</param>
    /// <param name="given">As in <see cref="SynthesizerTransformer.Sample(long, int?, object?, IProgress{SamplingProgress}?, CancellationToken)"/>; null for no condition.</param>
    /// <exception cref="ArgumentException">No row can fulfil it, or it says nothing that can be understood.</exception>
    public static Condition Of(TableCodec codec, object? given)
    {
        var condition = new Condition(codec);
        var values = given is null ? [] : GivenValues.Of(given).Select(pair => (Number: Find(codec, pair.Name), pair.Value)).ToList();
        foreach (var (number, value) in values.Where(pair => IsOneValue(pair.Value)))
            condition.SetValue(codec.Columns[number], number, value);
        // Lesser columns first, which greater ones are counted from.
        foreach (var code in codec.Codes)
        {
            foreach (var (number, value) in values.Where(pair => pair.Number == code.Number))
                condition.Add(code, value);
        }
        return condition;
    }

    private static int Find(TableCodec codec, string name)
    {
        for (int i = 0; i < codec.Columns.Count; i++)
        {
            if (codec.Columns[i].Name == name)
                return codec.Columns[i].Keys is null ? i : throw new ArgumentException($"The column '{name}' is numbered anew in every table that is drawn: leave it out of what is given.");
        }
        throw new ArgumentException($"There is no column '{name}' to be given: the synthesizer has learned {string.Join(", ", codec.Columns.Select(column => column.Name))}.");
    }

    private static bool IsOneValue(object? value) => value is string or not (ITuple or IEnumerable);

    private void SetValue(TableColumn column, int number, object? value) =>
        Values[number] = GivenNumber.Of(column, value);

    private bool IsKnown(int number) => Values[number] != CellRows.ToDraw;

    private void Add(ColumnCode code, object? value)
    {
        if (code.Relation is not null)
            AddDeparture(code, code.Relation);
        else if (IsKnown(code.Number))
            AddValue(code, value);
        else if (code.Ordering is not null)
            throw new ArgumentException($"The column '{code.Column.Name}' is learned as its distance from '{Lesser(code, 0)}', so that it can be given one value, but no range: give a range of '{Lesser(code, 0)}' instead.");
        else if (value is ITuple { Length: 2 } ends)
            AddRange(code, ends[0], ends[1]);
        else if (value is IEnumerable several)
            AddSeveral(code, several);
        else
            throw new ArgumentException($"The column '{code.Column.Name}' is given {GivenNumber.Describe(value)}: give a value, null for a missing one, a pair for a range, or an array for one of several values.");
    }

    // Else it comes once the columns that it departs from are drawn.
    private void AddDeparture(ColumnCode code, Relation relation)
    {
        if (IsKnown(code.Number) && relation.Knows(IsKnown))
            code.EncodeAny(Values, out Cells[code.Place]);
    }

    private void AddValue(ColumnCode code, object? value)
    {
        for (int i = 0; i < code.Ordering?.Lower.Length; i++)
        {
            if (!IsKnown(code.Ordering.Lower[i].Column))
                throw new ArgumentException($"The column '{code.Column.Name}' is learned as its distance from '{Lesser(code, i)}': give a value of '{Lesser(code, i)}' too.");
        }
        if (double.IsNegativeInfinity(code.Encode(Values, out Cells[code.Place])))
            throw Impossible(code, GivenNumber.Describe(value), double.IsNaN(Values[code.Number]));
    }

    private void AddRange(ColumnCode code, object? least, object? greatest)
    {
        double low = GivenNumber.Of(code.Column, least), high = GivenNumber.Of(code.Column, greatest);
        if (!code.Column.IsNumber)
            throw new ArgumentException($"The column '{code.Column.Name}' holds categories, which have no order, but is given a range: give an array of values.");
        if (!(low <= high))
            throw new ArgumentException($"The column '{code.Column.Name}' is given the range from {GivenNumber.Describe(least)} to {GivenNumber.Describe(greatest)}: give two numbers, the lesser one first.");
        Weights ??= new CellWeights(_codec.Width);
        Weights.SetWithin(code.Number, low, high);
        Weigh(code, cell => code.Marginal.Share(cell, low, high), $"a value from {GivenNumber.Describe(least)} to {GivenNumber.Describe(greatest)}");
    }

    private void AddSeveral(ColumnCode code, IEnumerable several)
    {
        if (code.Column.IsNumber)
            throw new ArgumentException($"The column '{code.Column.Name}' holds numbers, but is given several values: give one, or a pair for a range.");
        var numbers = new HashSet<double>();
        foreach (object? value in several)
        {
            double number = GivenNumber.Of(code.Column, value);
            if (!code.Marginal.Has(number))
                throw Impossible(code, GivenNumber.Describe(value), double.IsNaN(number));
            numbers.Add(number);
        }
        Weigh(code, cell => code.Marginal.IsSingle(cell, out double number) && numbers.Contains(number) ? 1 : 0, "one of no values");
    }

    private void Weigh(ColumnCode code, Func<int, double> worth, string what)
    {
        Weights ??= new CellWeights(_codec.Width);
        if (!code.Weigh(Weights, worth))
            throw Impossible(code, what, isMissing: false);
    }

    private string Lesser(ColumnCode code, int i) => _codec.Columns[code.Ordering!.Lower[i].Column].Name;

    private ArgumentException Impossible(ColumnCode code, string value, bool isMissing)
    {
        string name = code.Column.Name;
        return new ArgumentException(
            isMissing ? $"The column '{name}' is given a missing value, but it had a value in every row that was learned: leave it out to have it drawn."
            : code.Ordering is not null ? $"The column '{name}' is given {value}, which is not above '{Lesser(code, 0)}' as in the rows that were learned, or too far from it."
            : $"The column '{name}' is given {value}, which was not learned: it has {code.Marginal.Describe(code.Column)}.");
    }
}
