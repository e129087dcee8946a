using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToVectorMappingTransformer), null, typeof(SignatureLoadModel),
    "KeyToVectorTransform", KeyToVectorMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Makes a key an indicator vector.</summary>
public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    internal KeyToVectorMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(env.Register(nameof(KeyToVectorMappingEstimator)),
            new KeyToVectorMappingTransformer(env, (outputColumnName, inputColumnName ?? outputColumnName)))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        const SchemaShape.Column.VectorKind Vector = SchemaShape.Column.VectorKind.Vector;
        var columns = Host.CheckValue(inputSchema, nameof(inputSchema)).ToDictionary(column => column.Name);
        foreach (var (output, input) in Transformer.ColumnPairs)
        {
            if (!inputSchema.TryFindColumn(input, out var source))
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", input);
            var annotations = new List<SchemaShape.Column>
            {
                new(AnnotationUtils.Kinds.CategoricalSlotRanges, Vector, NumberDataViewType.Int32, false),
                new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false),
            };
            if (source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values) && values.ItemType is TextDataViewType)
                annotations.Insert(0, new(AnnotationUtils.Kinds.SlotNames, Vector, values.ItemType, false));
            columns[output] = new SchemaShape.Column(output, Vector, NumberDataViewType.Single, false, new SchemaShape(annotations));
        }
        return new SchemaShape(columns.Values);
    }
}

/// <summary>Adds indicator vectors of scalar keys: sparse, of one value, or of none where the key is missing.</summary>
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToVectorTransform";

    internal KeyToVectorMappingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register("KeyToVector"), columns)
    {
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version());
        SaveColumns(ctx);
        ctx.Writer.Write(new byte[ColumnPairs.Length]); // none counts
    }

    private static KeyToVectorMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version());
        var columns = LoadColumns(ctx);
        ctx.Reader.ReadBytes(columns.Length);
        return new KeyToVectorMappingTransformer(env, columns);
    }

    private static VersionInfo Version() => new(
        "KEY2VECT", 0x00010002, 0x00010001, 0x00010001, typeof(KeyToVectorMappingTransformer).Assembly.FullName, LoaderSignature);

    private sealed class Mapper : OneToOneMapper
    {
        public Mapper(KeyToVectorMappingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            Outputs = parent.ColumnPairs.Select((pair, i) => Source(i).Type is KeyDataViewType key
                ? Indicators(pair.outputColumnName, Source(i), (int)key.Count)
                : throw parent.Host.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName,
                    "key type of known cardinality", Source(i).Type.ToString())).ToArray();
        }

        public override DataViewSchema.DetachedColumn[] Outputs { get; }

        public override Delegate CreateGetter(DataViewRow row, int output) =>
            Generic.Call<Delegate>(Getter<uint>, Source(output).Type.RawType, row, Source(output));

        private static DataViewSchema.DetachedColumn Indicators(string name, DataViewSchema.Column source, int size)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            if (source.HasKeyValues())
            {
                var values = source.Annotations.Schema[AnnotationUtils.Kinds.KeyValues];
                annotations.Add(AnnotationUtils.Kinds.SlotNames, AnnotationUtils.GetNamesType(size),
                    source.Annotations.GetGetter<VBuffer<ReadOnlyMemory<char>>>(values));
            }
            annotations.Add(AnnotationUtils.Kinds.CategoricalSlotRanges, AnnotationUtils.GetCategoricalType(1),
                (ref VBuffer<int> ranges) => ranges = new VBuffer<int>(2, [0, size - 1]));
            annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            var type = new VectorDataViewType(NumberDataViewType.Single, size);
            return new DataViewSchema.DetachedColumn(name, type, annotations.ToAnnotations());
        }

        private static ValueGetter<VBuffer<float>> Getter<T>(DataViewRow row, DataViewSchema.Column source)
        {
            var getter = row.GetGetter<T>(row.Schema[source.Index]);
            var size = ((KeyDataViewType)source.Type).Count;
            T key = default;
            return (ref VBuffer<float> destination) =>
            {
                getter(ref key);
                var category = Convert.ToUInt64(key);
                var known = category > 0 && category <= size;
                var editor = VBufferEditor.Create(ref destination, (int)size, known ? 1 : 0, requireIndicesOnDense: true);
                if (known)
                {
                    editor.Values[0] = 1;
                    editor.Indices[0] = (int)category - 1;
                }
                destination = editor.Commit();
            };
        }
    }
}
