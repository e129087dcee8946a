using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Copies the features of the current row, D values, into <paramref name="target"/>.</summary>
internal delegate void ReadFeatures(Span<float> target);

/// <summary>Reads the feature column of a row or cursor in each of its forms: scalar or vector, Single or Double, dense or sparse.</summary>
internal static class FeatureReader
{
    public static ReadFeatures Create(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType: var item } when item.Equals(NumberDataViewType.Single) => Singles(row.GetGetter<VBuffer<float>>(column)),
        VectorDataViewType => Doubles(row.GetGetter<VBuffer<double>>(column)),
        _ when column.Type.Equals(NumberDataViewType.Single) => Single(row.GetGetter<float>(column)),
        _ => Double(row.GetGetter<double>(column)),
    };

    private static ReadFeatures Single(ValueGetter<float> getter) => target => getter(ref target[0]);

    private static ReadFeatures Double(ValueGetter<double> getter) => target =>
    {
        double value = 0;
        getter(ref value);
        target[0] = (float)value;
    };

    private static ReadFeatures Singles(ValueGetter<VBuffer<float>> getter)
    {
        VBuffer<float> buffer = default;
        return target =>
        {
            getter(ref buffer);
            CheckLength(buffer.Length, target.Length);
            buffer.CopyTo(target);
        };
    }

    private static ReadFeatures Doubles(ValueGetter<VBuffer<double>> getter)
    {
        VBuffer<double> buffer = default;
        return target =>
        {
            getter(ref buffer);
            CheckLength(buffer.Length, target.Length);
            var values = buffer.GetValues();
            if (buffer.IsDense)
            {
                for (int i = 0; i < values.Length; i++)
                    target[i] = (float)values[i];
                return;
            }
            target.Clear();
            var indices = buffer.GetIndices();
            for (int i = 0; i < values.Length; i++)
                target[indices[i]] = (float)values[i];
        };
    }

    private static void CheckLength(int length, int expected)
    {
        if (length != expected)
            throw new InvalidOperationException($"A row of the feature column has {length} values although its type promises {expected}.");
    }
}
