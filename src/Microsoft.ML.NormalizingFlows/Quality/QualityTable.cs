using Microsoft.ML.NormalizingFlows.DataView;
using System.Globalization;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>The tables side by side, column by column.</summary>
internal sealed class QualityTable
{
    /// <summary>A column of numbers with no more distinct values than these is a category.</summary>
    private const int FewValues = 10;

    private QualityTable(IReadOnlyList<ComparedColumn> columns, IReadOnlyList<string> leftOut)
    {
        Columns = columns;
        LeftOut = leftOut;
    }

    public IReadOnlyList<ComparedColumn> Columns { get; }

    /// <summary>Text columns that name rows: nearly every value is another.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    public int RealRows => Columns[0].Real.Length;

    public int SyntheticRows => Columns[0].Synthetic.Length;

    public int TestRows => Columns[0].Test.Length;

    /// <exception cref="ArgumentException">A column is missing or of a type that cannot be compared, or a table is too short.</exception>
    public static QualityTable Read(IDataView real, IDataView synthetic, QualityReportOptions options, ulong seed)
    {
        (real, synthetic) = (FrameNulls.AsMissing(real), FrameNulls.AsMissing(synthetic));
        DataViewSchema.Column[] columns = [.. real.Schema.Where(column => !column.IsHidden && !options.IgnoredColumns.Contains(column.Name))];
        foreach (var column in columns)
        {
            if (!RawColumn.IsComparable(column.Type))
                throw new ArgumentException($"The column '{column.Name}' is {column.Type}, which the report cannot compare: name it in {nameof(QualityReportOptions.IgnoredColumns)}, or make it scalar columns.", nameof(real));
        }
        if (columns.Length == 0)
            throw new ArgumentException("The real table has no column to compare: check its schema and IgnoredColumns.", nameof(real));
        var reals = ReadOne(real, "real", "read real");
        var synthetics = ReadOne(synthetic, "synthetic", "read synthetic");
        var tests = options.Test is null ? null : ReadOne(FrameNulls.AsMissing(options.Test), "test", "read test");
        var kept = new List<ComparedColumn>();
        var leftOut = new List<string>();
        for (int i = 0; i < columns.Length; i++)
        {
            if (NamesRows(reals[i]) && columns[i].Name != options.TargetColumnName)
                leftOut.Add(columns[i].Name);
            else
                kept.Add(Combine(reals[i], synthetics[i], tests?[i]));
        }
        if (kept.Count == 0)
            throw new ArgumentException("Every column of the real table has another value in each row, so that there is nothing to compare.", nameof(real));
        return new QualityTable(kept, leftOut);

        IReadOnlyList<RawColumn> ReadOne(IDataView view, string table, string purpose)
        {
            DataViewSchema.Column[] same = [.. columns.Select(column => Same(view.Schema, column, table))];
            var read = RawColumn.Read(view, same, options.MaximumRows, RandomStream.For(seed, purpose), options.Cancellation);
            int rows = Math.Max(read[0].Numbers.Count, read[0].Texts.Count);
            if (rows < QualityReportOptions.MinimumRows)
                throw new ArgumentException($"The {table} table has {rows} rows, but a comparison needs at least {QualityReportOptions.MinimumRows}.", table);
            return read;
        }
    }

    private static DataViewSchema.Column Same(DataViewSchema schema, DataViewSchema.Column column, string table)
    {
        var found = schema.GetColumnOrNull(column.Name)
            ?? throw new ArgumentException($"The {table} table has no column '{column.Name}', which the real one has: add it, or name it in {nameof(QualityReportOptions.IgnoredColumns)}.", table);
        // Text is compared with text, and numbers of any type with numbers.
        bool alike = RawColumn.IsComparable(found.Type)
            && DataView.NumberGetter.IsNumber(found.Type) == DataView.NumberGetter.IsNumber(column.Type);
        return alike ? found : throw new ArgumentException($"The column '{column.Name}' is {column.Type} in the real table and {found.Type} in the {table} one: convert one of them.", table);
    }

    private static bool NamesRows(RawColumn column) =>
        !column.IsNumber && column.Texts.Distinct().Count() > Math.Max(50, column.Texts.Count * 9 / 10);

    private static ComparedColumn Combine(RawColumn real, RawColumn synthetic, RawColumn? test)
    {
        if (real.IsNumber && synthetic.IsNumber && test is not { IsNumber: false } && real.Numbers.Where(double.IsFinite).Distinct().Take(FewValues + 1).Count() > FewValues)
            return new ComparedColumn(real.Name, null, Finite(real), Finite(synthetic), test is null ? [] : Finite(test)) { IsDate = real.IsDate };
        var levels = new List<string>();
        var index = new Dictionary<string, int>();
        double[] realCodes = Codes(real), syntheticCodes = Codes(synthetic), testCodes = test is null ? [] : Codes(test);
        return new ComparedColumn(real.Name, levels, realCodes, syntheticCodes, testCodes);

        double[] Codes(RawColumn column) => [.. Words(column).Select(word =>
        {
            if (!index.TryGetValue(word, out int code))
            {
                index[word] = code = levels.Count;
                levels.Add(word);
            }
            return (double)code;
        })];
    }

    private static double[] Finite(RawColumn column) => [.. column.Numbers.Select(value => double.IsFinite(value) ? value : double.NaN)];

    private static IEnumerable<string> Words(RawColumn column) => column.IsNumber ? column.Numbers.Select(value => Word(value, column.IsDate)) : column.Texts;

    private static string Word(double value, bool isDate)
    {
        if (double.IsNaN(value))
            return "";
        if (!isDate)
            return value.ToString("R", CultureInfo.InvariantCulture);
        var date = new DateTime((long)Math.Round(value * TimeSpan.TicksPerDay));
        return date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
