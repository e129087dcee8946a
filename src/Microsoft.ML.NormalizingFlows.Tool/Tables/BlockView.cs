using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>
/// Rows in memory as a view, with each column as what it is. Where a value is missing, a number is NaN and a text empty; whole numbers and dates, whose
/// types have nothing for it, are then Double (a date in days), and truth values texts.
/// </summary>
internal sealed class BlockView : IDataView
{
    private readonly int _rows;
    private readonly List<Array> _values = [];
    private readonly double[][] _features;
    private readonly int _featuresColumn = -1;

    /// <param name="block">The rows.</param>
    /// <param name="columns">What its columns are; those that are ignored are left out.</param>
    /// <param name="decimalComma">Whether <c>1,5</c> may be a number.</param>
    /// <param name="features">Columns of numbers, which the last column, <see cref="ModelFile.Features"/>, has as one vector; empty for no such column.</param>
    /// <exception cref="InvalidDataException">A value is not what its column is.</exception>
    public BlockView(TextTable block, IReadOnlyList<ColumnDescription> columns, bool decimalComma, IReadOnlyList<string> features)
    {
        _rows = block.Rows;
        var builder = new DataViewSchema.Builder();
        var numbers = new Dictionary<string, double[]>();
        for (int place = 0; place < columns.Count; place++)
        {
            var column = columns[place];
            if (column.Kind == FieldKind.Ignored)
                continue;
            var (type, values) = Read(block, column, place, decimalComma, asNumber: features.Contains(column.Name));
            builder.AddColumn(column.Name, type);
            _values.Add(values);
            if (values is double[] own)
                numbers[column.Name] = own;
        }
        _features = [.. features.Select(name => numbers[name])];
        if (_features.Length > 0)
        {
            _featuresColumn = _values.Count;
            var names = new VBuffer<ReadOnlyMemory<char>>(features.Count, [.. features.Select(name => name.AsMemory())]);
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, features.Count), (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
            builder.AddColumn(ModelFile.Features, new VectorDataViewType(NumberDataViewType.Double, features.Count), annotations.ToAnnotations());
        }
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded.Select(column => column.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>The numbers of a column, NaN where one is missing.</summary>
    /// <exception cref="InvalidDataException">A value is no number.</exception>
    public static double[] Numbers(TextTable block, ColumnDescription column, int place, bool decimalComma)
    {
        var fields = block.Columns[place];
        var numbers = fields as INumberFields;
        var values = new double[fields.Count];
        for (int row = 0; row < values.Length; row++)
            values[row] = numbers?.Number(row) ?? Value(block, column, place, row, field => ColumnDescription.Number(field, decimalComma)) ?? double.NaN;
        return values;
    }

    private static (DataViewType Type, Array Values) Read(TextTable block, ColumnDescription column, int place, bool decimalComma, bool asNumber)
    {
        switch (column.Kind)
        {
            case FieldKind.Whole when !asNumber:
                return Whole(Values(field => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : (long?)null),
                    NumberDataViewType.Int64, value => value);
            case FieldKind.Whole or FieldKind.Number:
                return (NumberDataViewType.Double, Numbers(block, column, place, decimalComma));
            case FieldKind.Date:
                return Whole(Values(field => ColumnDescription.Date(field, column.Format!)), DateTimeDataViewType.Instance, date => date.ToOADate());
            case FieldKind.Truth:
                var truths = Values(field => bool.TryParse(field, out bool value) ? value : (bool?)null);
                return truths.Contains(null)
                    ? (TextDataViewType.Instance, Array.ConvertAll(truths, truth => truth.ToString().AsMemory()))
                    : (BooleanDataViewType.Instance, Array.ConvertAll(truths, truth => truth!.Value));
            case FieldKind.Text:
                return (TextDataViewType.Instance, block.Columns[place].Select(field => ColumnDescription.IsMissing(field) ? default : field.AsMemory().Trim()).ToArray());
            default:
                throw new NotSupportedException($"{column.Kind} is no kind of column.");
        }

        T?[] Values<T>(Func<string, T?> parse) where T : struct =>
            [.. Enumerable.Range(0, block.Rows).Select(row => Value(block, column, place, row, parse))];

        static (DataViewType Type, Array Values) Whole<T>(T?[] values, DataViewType type, Func<T, double> number) where T : struct => values.Contains(null)
            ? (NumberDataViewType.Double, Array.ConvertAll(values, value => value is { } some ? number(some) : double.NaN))
            : (type, Array.ConvertAll(values, value => value!.Value));
    }

    private static T? Value<T>(TextTable block, ColumnDescription column, int place, int row, Func<string, T?> parse) where T : struct
    {
        if (block.Columns[place][row] is not { } field || ColumnDescription.IsMissing(field))
            return null;
        return parse(field.Trim()) ?? throw new InvalidDataException(FormattableString.Invariant(
            $"Row {block.FirstRow + row + 1} has '{field.Trim()}' in '{column.Name}', which is a column of the kind {TableFile.Word(column.Kind)}: mend the value, or leave it empty."));
    }

    private sealed class Cursor(BlockView view, HashSet<int> needed) : DataViewRowCursor
    {
        private int _row = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _row < view._rows ? _row : -1;

        public override long Batch => 0;

        public override bool MoveNext() => _row < view._rows && ++_row < view._rows;

        public override bool IsColumnActive(DataViewSchema.Column column) => needed.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index == view._featuresColumn)
                return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<double>>)Features;
            var values = (TValue[])view._values[column.Index];
            return (ref TValue value) => value = values[_row];
        }

        private void Features(ref VBuffer<double> value)
        {
            var editor = VBufferEditor.Create(ref value, view._features.Length);
            for (int i = 0; i < view._features.Length; i++)
                editor.Values[i] = view._features[i][_row];
            value = editor.Commit();
        }
    }
}
