using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Reads scalar columns of every type that has an order as Double: numbers, Boolean (0 and 1), dates and times (days).</summary>
internal static class NumberGetter
{
    private const double TicksPerDay = TimeSpan.TicksPerDay;

    public static bool IsNumber(DataViewType type) =>
        type is NumberDataViewType or BooleanDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType;

    /// <summary>Reads the current row of a column that <see cref="IsNumber"/>.</summary>
    public static Func<double> Create(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(float) => Of<float>(value => value, row, column),
        var type when type == typeof(double) => Of<double>(value => value, row, column),
        var type when type == typeof(int) => Of<int>(value => value, row, column),
        var type when type == typeof(long) => Of<long>(value => value, row, column),
        var type when type == typeof(uint) => Of<uint>(value => value, row, column),
        var type when type == typeof(ulong) => Of<ulong>(value => value, row, column),
        var type when type == typeof(short) => Of<short>(value => value, row, column),
        var type when type == typeof(ushort) => Of<ushort>(value => value, row, column),
        var type when type == typeof(byte) => Of<byte>(value => value, row, column),
        var type when type == typeof(sbyte) => Of<sbyte>(value => value, row, column),
        var type when type == typeof(bool) => Of<bool>(value => value ? 1 : 0, row, column),
        var type when type == typeof(DateTime) => Of<DateTime>(value => value.Ticks / TicksPerDay, row, column),
        var type when type == typeof(DateTimeOffset) => Of<DateTimeOffset>(value => value.UtcTicks / TicksPerDay, row, column),
        _ => Of<TimeSpan>(value => value.Ticks / TicksPerDay, row, column),
    };

    /// <summary>Reads the current row of a column of <typeparamref name="T"/> and converts it.</summary>
    public static Func<double> Of<T>(Func<T, double> convert, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }
}
