using System.Globalization;
using System.Numerics;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>A table in Parquet, which is read by its groups of rows.</summary>
internal sealed class ParquetFile : TableSource
{
    private const string DateForm = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    private readonly DataField[] _fields;
    private readonly long[] _groups;

    private ParquetFile(string path, DataField[] fields, long[] groups) : base(path)
    {
        (_fields, _groups) = (fields, groups);
        Names = [.. fields.Select(field => field.Name)];
        Known = fields.Where(IsText).ToDictionary(field => field.Name, _ => FieldKind.Text);
        Size = groups.Sum();
    }

    public override long Size { get; }

    /// <exception cref="InvalidDataException">It is no Parquet file, or has a column of lists or of another type that is no plain value.</exception>
    public static ParquetFile OpenFile(string path) => Try(path, async () =>
    {
        await using var reader = await ParquetReader.CreateAsync(path, null, default).ConfigureAwait(false);
        DataField[] fields = [.. reader.Schema.Fields.Select(field => field as DataField ?? throw new NotSupportedException($"the column '{field.Name}' is no plain value"))];
        var groups = new long[reader.RowGroupCount];
        for (int group = 0; group < groups.Length; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            groups[group] = rows.RowCount;
        }
        return new ParquetFile(path, fields, groups);
    });

    public override IEnumerable<TextTable> Blocks(long first, long end, Func<int, bool>? wanted = null)
    {
        var reader = Try(Path, () => ParquetReader.CreateAsync(Path, null, default));
        try
        {
            long start = 0;
            for (int group = 0; group < _groups.Length; group++)
            {
                int from = (int)Math.Clamp(first - start, 0, _groups[group]), to = (int)Math.Clamp(end - start, 0, _groups[group]);
                if (from < to)
                {
                    int number = group;
                    yield return new(Names, to - from, new(() => Try(Path, () => ReadAsync(reader, number, from, to, wanted)))) { FirstRow = start + from };
                }
                start += _groups[group];
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<string?>>> ReadAsync(ParquetReader reader, int group, int from, int to, Func<int, bool>? wanted)
    {
        using var rows = reader.OpenRowGroupReader(group);
        var columns = new IReadOnlyList<string?>[_fields.Length];
        for (int c = 0; c < columns.Length; c++)
        {
            columns[c] = wanted?.Invoke(c) == false
                ? new string?[to - from]
                : await ReadAsync(rows, _fields[c], from, to).ConfigureAwait(false);
        }
        return columns;
    }

    private static T Try<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or ParquetException or NotSupportedException)
        {
            throw new InvalidDataException($"{path} cannot be read as Parquet: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static Task<IReadOnlyList<string?>> ReadAsync(ParquetRowGroupReader rows, DataField field, int from, int to) => field.ClrType switch
    {
        _ when field.IsArray => throw new NotSupportedException($"the column '{field.Name}' is one of lists"),
        _ when IsText(field) => TextAsync(rows, field, from, to),
        var type when type == typeof(bool) => OfAsync<bool>(rows, field, from, to, value => value ? "true" : "false"),
        var type when type == typeof(DateTime) => OfAsync<DateTime>(rows, field, from, to, value => value.ToString(DateForm, CultureInfo.InvariantCulture)),
        var type when type == typeof(DateOnly) => OfAsync<DateOnly>(rows, field, from, to, value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        var type when type == typeof(double) => NumbersAsync<double>(rows, field, from, to),
        var type when type == typeof(float) => NumbersAsync<float>(rows, field, from, to),
        var type when type == typeof(decimal) => NumbersAsync<decimal>(rows, field, from, to),
        var type when type == typeof(long) => NumbersAsync<long>(rows, field, from, to),
        var type when type == typeof(ulong) => NumbersAsync<ulong>(rows, field, from, to),
        var type when type == typeof(int) => NumbersAsync<int>(rows, field, from, to),
        var type when type == typeof(uint) => NumbersAsync<uint>(rows, field, from, to),
        var type when type == typeof(short) => NumbersAsync<short>(rows, field, from, to),
        var type when type == typeof(ushort) => NumbersAsync<ushort>(rows, field, from, to),
        var type when type == typeof(byte) => NumbersAsync<byte>(rows, field, from, to),
        var type when type == typeof(sbyte) => NumbersAsync<sbyte>(rows, field, from, to),
        var type => throw new NotSupportedException($"the column '{field.Name}' is of {type.Name}"),
    };

    // The library names its own type of texts for either.
    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static async Task<IReadOnlyList<string?>> TextAsync(ParquetRowGroupReader rows, DataField field, int from, int to)
    {
        var values = new string?[rows.RowCount];
        await rows.ReadAsync(field, values.AsMemory()!, null, default).ConfigureAwait(false);
        return values[from..to];
    }

    private static async Task<IReadOnlyList<string?>> OfAsync<T>(ParquetRowGroupReader rows, DataField field, int from, int to, Func<T, string> text) where T : struct =>
        [.. (await ValuesAsync<T>(rows, field, from, to).ConfigureAwait(false)).Select(value => value is { } one ? text(one) : null)];

    private static async Task<IReadOnlyList<string?>> NumbersAsync<T>(ParquetRowGroupReader rows, DataField field, int from, int to) where T : struct, INumber<T> =>
        new NumberFields<T>(await ValuesAsync<T>(rows, field, from, to).ConfigureAwait(false));

    private static async Task<T?[]> ValuesAsync<T>(ParquetRowGroupReader rows, DataField field, int from, int to) where T : struct
    {
        if (field.IsNullable)
        {
            var optional = new T?[rows.RowCount];
            await rows.ReadAsync<T>(field, optional.AsMemory(), null, default).ConfigureAwait(false);
            return from == 0 && to == optional.Length ? optional : optional[from..to];
        }
        var values = new T[rows.RowCount];
        await rows.ReadAsync<T>(field, values.AsMemory(), null, default).ConfigureAwait(false);
        return Array.ConvertAll(values[from..to], value => (T?)value);
    }
}
