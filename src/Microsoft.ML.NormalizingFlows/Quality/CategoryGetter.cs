using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>Reads text, Boolean and key columns as text; what is missing is empty.</summary>
internal static class CategoryGetter
{
    public static Func<string> Create(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            var text = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> value = default;
            var known = new Dictionary<string, string>();
            var byText = known.GetAlternateLookup<ReadOnlySpan<char>>();
            return () =>
            {
                text(ref value);
                if (byText.TryGetValue(value.Span, out string? same))
                    return same;
                string made = value.ToString();
                return known[made] = made;
            };
        }
        Func<double> number = NumberGetter.Create(row, column);
        if (column.Type is BooleanDataViewType)
            return () => number() != 0 ? "true" : "false";
        string[]? names = Names(column);
        return () => (int)number() is var key && key == 0 ? ""
            : names is not null && key <= names.Length ? names[key - 1] : key.ToString(CultureInfo.InvariantCulture);
    }

    private static string[]? Names(DataViewSchema.Column column)
    {
        if (!column.Annotations.Schema.Any(annotation => annotation.Name == "KeyValues" && annotation.Type is VectorDataViewType { ItemType: TextDataViewType }))
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("KeyValues", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
