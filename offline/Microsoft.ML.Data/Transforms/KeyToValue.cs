using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel),
    "Key To Value Transform", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Replaces keys by the values that they stand for.</summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(env.Register(nameof(KeyToValueMappingEstimator)),
            new KeyToValueMappingTransformer(env, (outputColumnName, inputColumnName ?? outputColumnName)))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var columns = Host.CheckValue(inputSchema, nameof(inputSchema)).ToDictionary(column => column.Name);
        foreach (var (output, input) in Transformer.ColumnPairs)
        {
            if (!inputSchema.TryFindColumn(input, out var source))
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", input);
            if (!source.IsKey)
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", input, "KeyType", source.GetTypeString());
            if (!source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values))
                throw Host.ExceptParam(nameof(inputSchema), $"Input column '{input}' doesn't contain key values metadata");
            columns[output] = new SchemaShape.Column(output, source.Kind, values.ItemType, values.IsKey);
        }
        return new SchemaShape(columns.Values);
    }
}

/// <summary>Adds the values of scalar keys; a missing key becomes what is missing in their type.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns)
    {
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version());
        SaveColumns(ctx);
    }

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version());
        return new KeyToValueMappingTransformer(env, LoadColumns(ctx));
    }

    private static VersionInfo Version() => new(
        "KEY2VALT", 0x00010001, 0x00010001, 0x00010001, typeof(KeyToValueMappingTransformer).Assembly.FullName, LoaderSignature);

    private sealed class Mapper : OneToOneMapper
    {
        public Mapper(KeyToValueMappingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            Outputs = parent.ColumnPairs.Select((pair, i) =>
            {
                var values = Source(i).Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type as VectorDataViewType;
                parent.Host.Check(values is not null, "Metadata KeyValues does not exist");
                parent.Host.Check(Source(i).Type is KeyDataViewType key && (ulong)values.Size == key.Count,
                    "KeyValues metadata size does not match column type key count");
                return new DataViewSchema.DetachedColumn(pair.outputColumnName, values.ItemType);
            }).ToArray();
        }

        public override DataViewSchema.DetachedColumn[] Outputs { get; }

        public override Delegate CreateGetter(DataViewRow row, int output) => Generic.Call<Delegate>(
            Getter<uint, int>, [Source(output).Type.RawType, Outputs[output].Type.RawType], row, Source(output));

        private static ValueGetter<TValue> Getter<TKey, TValue>(DataViewRow row, DataViewSchema.Column source)
        {
            var getter = row.GetGetter<TKey>(row.Schema[source.Index]);
            var buffer = new VBuffer<TValue>();
            source.GetKeyValues(ref buffer);
            var values = buffer.DenseValues().ToArray();
            var missing = typeof(TValue) == typeof(float) ? (TValue)(object)float.NaN
                : typeof(TValue) == typeof(double) ? (TValue)(object)double.NaN
                : default;
            TKey key = default;
            return (ref TValue destination) =>
            {
                getter(ref key);
                var category = Convert.ToUInt64(key);
                destination = category > 0 && category <= (ulong)values.Length ? values[category - 1] : missing;
            };
        }
    }
}
