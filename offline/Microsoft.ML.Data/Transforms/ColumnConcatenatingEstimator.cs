using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Puts columns of one item type side by side in a vector.</summary>
public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost _host;
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
    {
        _host = env.Register(nameof(ColumnConcatenatingEstimator));
        _name = _host.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        _sources = _host.CheckValue(inputColumnNames, nameof(inputColumnNames));
        _host.CheckParam(_sources.Length > 0, nameof(inputColumnNames), "Input columns not specified");
        _host.CheckParam(!_sources.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return new ColumnConcatenatingTransformer(_host, _name, _sources);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var columns = _host.CheckValue(inputSchema, nameof(inputSchema)).ToDictionary(column => column.Name);
        columns[_name] = Concatenated(inputSchema);
        return new SchemaShape(columns.Values);
    }

    private SchemaShape.Column Concatenated(SchemaShape inputSchema)
    {
        var sources = _sources
            .Select(name => inputSchema.TryFindColumn(name, out var column)
                ? column
                : throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", name))
            .ToArray();
        var itemType = sources[0].ItemType;
        foreach (var source in sources)
        {
            if (source.IsKey)
                throw _host.Except($"Column '{source.Name}' is key. Concatenation of keys is unsupported.");
            if (!source.ItemType.Equals(itemType))
            {
                throw _host.Except("Concatenated columns should have the same type. "
                    + $"Column '{source.Name}' has type of {source.ItemType}, but expected column type is {itemType}.");
            }
        }
        var anySize = sources.Any(source => source.Kind == SchemaShape.Column.VectorKind.VariableVector);
        return new SchemaShape.Column(
            _name, anySize ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector,
            itemType, false, new SchemaShape(AnnotationsOf(sources)));
    }

    private static IEnumerable<SchemaShape.Column> AnnotationsOf(SchemaShape.Column[] sources)
    {
        const SchemaShape.Column.VectorKind Vector = SchemaShape.Column.VectorKind.Vector;
        if (sources.All(source => source.IsNormalized()))
        {
            yield return new SchemaShape.Column(AnnotationUtils.Kinds.IsNormalized,
                SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
        }
        if (sources.Any(source => source.Annotations.TryFindColumn(AnnotationUtils.Kinds.CategoricalSlotRanges, out var ranges)
            && ranges.Kind == Vector && ranges.ItemType == NumberDataViewType.Int32))
        {
            yield return new SchemaShape.Column(AnnotationUtils.Kinds.CategoricalSlotRanges, Vector, NumberDataViewType.Int32, false);
        }
        if (sources.Any(source => source.Kind == SchemaShape.Column.VectorKind.Scalar || source.HasSlotNames()))
            yield return new SchemaShape.Column(AnnotationUtils.Kinds.SlotNames, Vector, TextDataViewType.Instance, false);
    }
}
