using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Tables in Parquet.</summary>
internal static class ParquetFile
{
    private const string DateForm = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    /// <exception cref="InvalidDataException">It is no Parquet file, or has a column of lists or of another type that is no plain value.</exception>
    public static TextTable Read(string path)
    {
        try
        {
            return ReadAsync(path).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or ParquetException or NotSupportedException)
        {
            throw new InvalidDataException($"{path} cannot be read as Parquet: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Writes rows in groups of <paramref name="groupRows"/>.</summary>
    public static void Write(string path, IReadOnlyList<(string Name, Type Type)> columns, IEnumerable<object?[]> rows, int groupRows) =>
        WriteAsync(path, columns, rows, groupRows).GetAwaiter().GetResult();

    private static async Task<TextTable> ReadAsync(string path)
    {
        await using var reader = await ParquetReader.CreateAsync(path, null, default).ConfigureAwait(false);
        DataField[] fields = [.. reader.Schema.Fields.Select(field => field as DataField ?? throw new NotSupportedException($"the column '{field.Name}' is no plain value"))];
        List<string?>[] columns = [.. fields.Select(_ => new List<string?>())];
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            for (int c = 0; c < fields.Length; c++)
                columns[c].AddRange(await ReadAsync(rows, fields[c]).ConfigureAwait(false));
        }
        return new([.. fields.Select(field => field.Name)], columns, DecimalComma: false)
        {
            Known = fields.Where(IsText).ToDictionary(field => field.Name, _ => FieldKind.Text),
        };
    }

    private static Task<IEnumerable<string?>> ReadAsync(ParquetRowGroupReader rows, DataField field) => field.ClrType switch
    {
        _ when field.IsArray => throw new NotSupportedException($"the column '{field.Name}' is one of lists"),
        _ when IsText(field) => TextAsync(rows, field),
        var type when type == typeof(bool) => OfAsync<bool>(rows, field, value => value ? "true" : "false"),
        var type when type == typeof(double) => OfAsync<double>(rows, field, value => value.ToString("R", CultureInfo.InvariantCulture)),
        var type when type == typeof(float) => OfAsync<float>(rows, field, value => value.ToString("R", CultureInfo.InvariantCulture)),
        var type when type == typeof(decimal) => OfAsync<decimal>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(long) => OfAsync<long>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(ulong) => OfAsync<ulong>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(int) => OfAsync<int>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(uint) => OfAsync<uint>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(short) => OfAsync<short>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(ushort) => OfAsync<ushort>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(byte) => OfAsync<byte>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(sbyte) => OfAsync<sbyte>(rows, field, value => value.ToString(CultureInfo.InvariantCulture)),
        var type when type == typeof(DateTime) => OfAsync<DateTime>(rows, field, value => value.ToString(DateForm, CultureInfo.InvariantCulture)),
        var type when type == typeof(DateOnly) => OfAsync<DateOnly>(rows, field, value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        var type => throw new NotSupportedException($"the column '{field.Name}' is of {type.Name}"),
    };

    // The library names its own type of texts for either.
    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static async Task<IEnumerable<string?>> TextAsync(ParquetRowGroupReader rows, DataField field)
    {
        var values = new string?[rows.RowCount];
        await rows.ReadAsync(field, values.AsMemory()!, null, default).ConfigureAwait(false);
        return values;
    }

    private static async Task<IEnumerable<string?>> OfAsync<T>(ParquetRowGroupReader rows, DataField field, Func<T, string> text) where T : struct
    {
        if (field.IsNullable)
        {
            var optional = new T?[rows.RowCount];
            await rows.ReadAsync<T>(field, optional.AsMemory(), null, default).ConfigureAwait(false);
            return optional.Select(value => value is { } one ? text(one) : null);
        }
        var values = new T[rows.RowCount];
        await rows.ReadAsync<T>(field, values.AsMemory(), null, default).ConfigureAwait(false);
        return values.Select(value => (string?)text(value));
    }

    private static async Task WriteAsync(string path, IReadOnlyList<(string Name, Type Type)> columns, IEnumerable<object?[]> rows, int groupRows)
    {
        DataField[] fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: true))];
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false);
        foreach (var chunk in rows.Chunk(groupRows))
        {
            using var group = writer.CreateRowGroup();
            for (int c = 0; c < fields.Length; c++)
                await WriteAsync(group, fields[c], [.. chunk.Select(row => row[c])]).ConfigureAwait(false);
        }
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, object?[] values) => field.ClrType switch
    {
        _ when IsText(field) => group.WriteAsync(field, [.. values.Select(value => (string?)value ?? null!)]),
        var type when type == typeof(bool) => OfAsync<bool>(group, field, values),
        var type when type == typeof(double) => OfAsync<double>(group, field, values),
        var type when type == typeof(float) => OfAsync<float>(group, field, values),
        var type when type == typeof(long) => OfAsync<long>(group, field, values),
        var type when type == typeof(DateTime) => OfAsync<DateTime>(group, field, values),
        var type => throw new NotSupportedException($"The column '{field.Name}' is of {type.Name}, which is not written to Parquet."),
    };

    private static Task OfAsync<T>(ParquetRowGroupWriter group, DataField field, object?[] values) where T : struct =>
        group.WriteAsync<T>(field, values.Select(value => (T?)value).ToArray().AsMemory());
}
