namespace Microsoft.ML.Data;

/// <summary>What a concatenated column inherits: slot names, categorical ranges, being normalized.</summary>
internal static class ConcatenatedAnnotations
{
    public static DataViewSchema.Annotations Of(DataViewSchema.Column[] sources, VectorDataViewType type)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (type.ItemType is NumberDataViewType && sources.All(source => source.IsNormalized()))
            builder.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (!type.IsKnownSize)
            return builder.ToAnnotations();
        if (sources.Any(source => source.Type is not VectorDataViewType || source.HasSlotNames()))
        {
            var names = SlotNames(sources).ToArray();
            builder.Add(AnnotationUtils.Kinds.SlotNames, AnnotationUtils.GetNamesType(type.Size), GetterOf(names));
        }
        var ranges = CategoricalRanges(sources).ToArray();
        if (ranges.Length > 0)
        {
            builder.Add(
                AnnotationUtils.Kinds.CategoricalSlotRanges, AnnotationUtils.GetCategoricalType(ranges.Length / 2), GetterOf(ranges));
        }
        return builder.ToAnnotations();
    }

    private static ValueGetter<VBuffer<T>> GetterOf<T>(T[] values) =>
        (ref VBuffer<T> destination) => VBuffer<T>.Copy(values, 0, ref destination, values.Length);

    private static IEnumerable<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column[] sources)
    {
        foreach (var source in sources)
        {
            if (source.Type is not VectorDataViewType vector)
            {
                yield return source.Name.AsMemory();
                continue;
            }
            var names = new VBuffer<ReadOnlyMemory<char>>();
            if (source.HasSlotNames())
                source.GetSlotNames(ref names);
            else
                names = new VBuffer<ReadOnlyMemory<char>>(vector.Size, 0, [], []);
            foreach (var name in names.DenseValues())
                yield return name.IsEmpty ? name : $"{source.Name}.{name}".AsMemory();
        }
    }

    private static IEnumerable<int> CategoricalRanges(DataViewSchema.Column[] sources)
    {
        var start = 0;
        foreach (var source in sources)
        {
            if (source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.CategoricalSlotRanges)?.Type.RawType
                == typeof(VBuffer<int>))
            {
                var ranges = new VBuffer<int>();
                source.Annotations.GetValue(AnnotationUtils.Kinds.CategoricalSlotRanges, ref ranges);
                foreach (var bound in ranges.DenseValues())
                    yield return start + bound;
            }
            start += source.Type is VectorDataViewType vector ? vector.Size : 1;
        }
    }
}
