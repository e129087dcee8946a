namespace Microsoft.ML.Data;

/// <summary>Labels as numbers: a Single is its own, the keys 1, 2, .. are 0, 1, .., and the missing key is NaN.</summary>
internal static class LabelGetter
{
    public static Func<float> Of(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type == NumberDataViewType.Single)
        {
            var number = row.GetGetter<float>(label);
            return () =>
            {
                float value = 0;
                number(ref value);
                return value;
            };
        }
        var key = row.GetGetter<uint>(label);
        return () =>
        {
            uint value = 0;
            key(ref value);
            return value == 0 ? float.NaN : value - 1;
        };
    }
}
