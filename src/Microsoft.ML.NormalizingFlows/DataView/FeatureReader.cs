using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Copies the features of the current row, D values, into <paramref name="target"/>.</summary>
internal delegate void ReadFeatures(Span<float> target);

/// <summary>Copies the features of the current row, D values, into <paramref name="target"/> as they are.</summary>
internal delegate void ReadValues(Span<double> target);

/// <summary>
/// Reads the feature column of a row or cursor, or the context column, in each of its forms: scalar or vector, Single or Double, dense or sparse;
/// a key as a one-hot vector, whose values are NaN where it is missing.
/// </summary>
internal static class FeatureReader
{
    /// <summary>
    /// Reads differences from <paramref name="origin"/> (<see cref="FeatureOrigin"/>), taken in Double; the values themselves where it is null.
    /// A difference that is finite and not 0 stays so: at least <see cref="float.Epsilon"/>, at most <see cref="float.MaxValue"/>.
    /// </summary>
    public static ReadFeatures Create(DataViewRow row, DataViewSchema.Column column, IReadOnlyList<double>? origin)
    {
        var read = Values(row, column);
        var values = new double[FeatureColumn.Size(column)];
        double[] origins = origin is null ? new double[values.Length] : [.. origin];
        return target =>
        {
            read(values);
            for (int i = 0; i < values.Length; i++)
                target[i] = ToSingle(values[i], origins[i]);
        };
    }

    /// <summary>Reads the values as they are.</summary>
    public static ReadValues Values(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType: var item } when item.Equals(NumberDataViewType.Single) => Vector(row.GetGetter<VBuffer<float>>(column), value => value),
        VectorDataViewType => Vector(row.GetGetter<VBuffer<double>>(column), value => value),
        KeyDataViewType when column.Type.RawType == typeof(byte) => Key(NumberGetter.Of<byte>(value => value, row, column)),
        KeyDataViewType when column.Type.RawType == typeof(ushort) => Key(NumberGetter.Of<ushort>(value => value, row, column)),
        KeyDataViewType when column.Type.RawType == typeof(uint) => Key(NumberGetter.Of<uint>(value => value, row, column)),
        KeyDataViewType => Key(NumberGetter.Of<ulong>(value => value, row, column)),
        _ when column.Type.Equals(NumberDataViewType.Single) => Scalar(row.GetGetter<float>(column), value => value),
        _ => Scalar(row.GetGetter<double>(column), value => value),
    };

    private static float ToSingle(double value, double origin)
    {
        double difference = value - origin;
        float single = (float)difference;
        if (float.IsInfinity(single) && double.IsFinite(value))
            return single > 0 ? float.MaxValue : float.MinValue;
        return single == 0 && difference != 0 ? (float)Math.CopySign(float.Epsilon, difference) : single;
    }

    // Keys count from 1; 0 is a missing one.
    private static ReadValues Key(Func<double> read) => target =>
    {
        double key = read();
        bool exists = key >= 1 && key <= target.Length;
        target.Fill(exists ? 0 : double.NaN);
        if (exists)
            target[(int)key - 1] = 1;
    };

    private static ReadValues Scalar<T>(ValueGetter<T> getter, Func<T, double> convert)
    {
        T value = default!;
        return target =>
        {
            getter(ref value);
            target[0] = convert(value);
        };
    }

    private static ReadValues Vector<T>(ValueGetter<VBuffer<T>> getter, Func<T, double> convert)
    {
        VBuffer<T> buffer = default;
        return target =>
        {
            getter(ref buffer);
            if (buffer.Length != target.Length)
                throw new InvalidOperationException($"A row of the feature column has {buffer.Length} values although its type promises {target.Length}.");
            var values = buffer.GetValues();
            if (!buffer.IsDense)
                target.Clear();
            var indices = buffer.GetIndices();
            for (int i = 0; i < values.Length; i++)
                target[buffer.IsDense ? i : indices[i]] = convert(values[i]);
        };
    }
}
