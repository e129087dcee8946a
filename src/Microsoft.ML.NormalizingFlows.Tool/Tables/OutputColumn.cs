using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>
/// A column that is written: the values of some rows, read from one view after another. They stay what they are up to the file, in which a row of ten
/// numbers would else be ten objects.
/// </summary>
internal abstract class OutputColumn(string name)
{
    public string Name => name;

    /// <summary>What its values are in a Parquet file.</summary>
    public abstract Type Type { get; }

    /// <summary>The first value that it holds; null where it is missing.</summary>
    public abstract object? First { get; }

    /// <summary>The same as a text, empty where it is missing.</summary>
    public abstract string Text { get; }

    /// <summary>A column for values of a view's type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">That of the values in the first view; later ones may have another where values are missing.</param>
    /// <param name="known">What columns were in the file that they come from: dates keep their form, and they and truth values their type.</param>
    /// <exception cref="NotSupportedException">Values of this type are not written.</exception>
    public static OutputColumn Create(string name, Type type, IReadOnlyDictionary<string, ColumnDescription> known)
    {
        var origin = known.GetValueOrDefault(name);
        return type switch
        {
            _ when type == typeof(double) && origin?.Kind == FieldKind.Date => Dates(),
            _ when type == typeof(double) && origin?.Kind == FieldKind.Whole => Wholes(),
            _ when type == typeof(ReadOnlyMemory<char>) && origin?.Kind == FieldKind.Truth => Truths(),
            _ when type == typeof(double) => new Values<double>(name, value => value.ToString("R", CultureInfo.InvariantCulture)),
            _ when type == typeof(float) => new Values<float>(name, value => value.ToString("R", CultureInfo.InvariantCulture)),
            _ when type == typeof(bool) => Truths(),
            _ when type == typeof(DateTime) => Dates(),
            _ when type == typeof(ReadOnlyMemory<char>) => new Texts(name),
            _ when type == typeof(long) || type == typeof(ulong) || type == typeof(int) || type == typeof(uint) || type == typeof(short) || type == typeof(ushort) || type == typeof(byte) || type == typeof(sbyte) => Wholes(),
            _ => throw new NotSupportedException($"The column '{name}' is of {type.Name}, which is not written."),
        };

        Values<DateTime> Dates() => new(name, date => date.ToString(origin?.Format ?? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));
        Values<long> Wholes() => new(name, value => value.ToString(CultureInfo.InvariantCulture));
        Values<bool> Truths() => new(name, value => value ? "true" : "false");
    }

    /// <summary>Reads from another view from now on.</summary>
    public abstract void Bind(DataViewRowCursor cursor, DataViewSchema.Column column);

    /// <summary>Keeps the value of the row that the cursor stands on.</summary>
    /// <param name="row">In whose place: there are as many as <see cref="ParquetRows.GroupRows"/>.</param>
    public abstract void Read(int row);

    /// <summary>Writes the first rows that it holds.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, DataField field, int rows);

    private sealed class Values<T>(string name, Func<T, string> text) : OutputColumn(name) where T : struct
    {
        private T?[] _values = new T?[1];
        private Func<T?> _read = () => null;

        public override Type Type => typeof(T);

        public override object? First => _values[0];

        public override string Text => _values[0] is { } value ? text(value) : "";

        public override void Bind(DataViewRowCursor cursor, DataViewSchema.Column column)
        {
            Delegate read = column.Type.RawType switch
            {
                var type when type == typeof(double) && typeof(T) == typeof(DateTime) => Of<double, DateTime>(value => double.IsNaN(value) ? null : DateTime.FromOADate(value)),
                var type when type == typeof(double) && typeof(T) == typeof(long) => Of<double, long>(value => double.IsNaN(value) ? null : (long)Math.Round(value)),
                var type when type == typeof(double) => Of<double, double>(value => double.IsNaN(value) ? null : value),
                var type when type == typeof(float) => Of<float, float>(value => float.IsNaN(value) ? null : value),
                var type when type == typeof(bool) => Of<bool, bool>(value => value),
                var type when type == typeof(DateTime) => Of<DateTime, DateTime>(value => value == default ? null : value),
                var type when type == typeof(ReadOnlyMemory<char>) => Of<ReadOnlyMemory<char>, bool>(value => bool.TryParse(value.Span, out bool truth) ? truth : null),
                var type when type == typeof(long) => Of<long, long>(value => value),
                var type when type == typeof(ulong) => Of<ulong, long>(value => checked((long)value)),
                var type when type == typeof(int) => Of<int, long>(value => value),
                var type when type == typeof(uint) => Of<uint, long>(value => value),
                var type when type == typeof(short) => Of<short, long>(value => value),
                var type when type == typeof(ushort) => Of<ushort, long>(value => value),
                var type when type == typeof(byte) => Of<byte, long>(value => value),
                var type when type == typeof(sbyte) => Of<sbyte, long>(value => value),
                var type => throw new NotSupportedException($"The column '{Name}' is of {type.Name}, which is not written."),
            };
            _read = read as Func<T?> ?? throw new NotSupportedException($"The column '{Name}' is of {column.Type.RawType.Name} here, and was of {typeof(T).Name} before.");

            Func<TOut?> Of<TIn, TOut>(Func<TIn, TOut?> convert) where TOut : struct
            {
                var getter = cursor.GetGetter<TIn>(column);
                TIn value = default!;
                return () =>
                {
                    getter(ref value);
                    return convert(value);
                };
            }
        }

        public override void Read(int row) => Room(ref _values, row) = _read();

        public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, int rows) => group.WriteAsync<T>(field, _values.AsMemory(0, rows));
    }

    private sealed class Texts(string name) : OutputColumn(name)
    {
        private string?[] _values = new string?[1];
        private Func<string?> _read = () => null;

        public override Type Type => typeof(string);

        public override object? First => _values[0];

        public override string Text => _values[0] ?? "";

        public override void Bind(DataViewRowCursor cursor, DataViewSchema.Column column)
        {
            var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> value = default;
            string last = "";
            _read = () =>
            {
                getter(ref value);
                if (value.IsEmpty)
                    return null;
                // A label stands in many rows, one behind the other.
                return last = value.Span.SequenceEqual(last) ? last : value.ToString();
            };
        }

        public override void Read(int row) => Room(ref _values, row) = _read();

        public override Task WriteAsync(ParquetRowGroupWriter group, DataField field, int rows) => group.WriteAsync(field, _values.AsSpan(0, rows).ToArray()!);
    }

    // Files of text hold one row.
    private static ref T Room<T>(ref T[] values, int row)
    {
        if (row >= values.Length)
            Array.Resize(ref values, ParquetRows.GroupRows);
        return ref values[row];
    }
}
