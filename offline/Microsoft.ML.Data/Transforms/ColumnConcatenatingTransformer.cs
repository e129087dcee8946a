using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel),
    "Concat Transform", ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Adds a vector column made of other columns.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string LoaderSignature = "ConcatTransform";

    private readonly (string Output, string[] Inputs)[] _columns;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
        : base(env.Register(nameof(ColumnConcatenatingTransformer))) => _columns = [(outputColumnName, inputColumnNames)];

    private ColumnConcatenatingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(ColumnConcatenatingTransformer)))
    {
        ctx.CheckAtModel(Version());
        var count = ctx.Reader.ReadInt32();
        Contracts.CheckDecode(count > 0);
        _columns = new (string, string[])[count];
        for (var i = 0; i < count; i++)
        {
            var output = ctx.LoadNonEmptyString();
            var inputs = new string[ctx.Reader.ReadInt32()];
            for (var j = 0; j < inputs.Length; j++)
            {
                inputs[j] = ctx.LoadNonEmptyString();
                ctx.LoadStringOrNull(); // an alias, which nothing can set
            }
            _columns[i] = (output, inputs);
        }
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => new ConcatenatingMapper(Host, schema, _columns);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version());
        ctx.Writer.Write(_columns.Length);
        foreach (var (output, inputs) in _columns)
        {
            ctx.SaveNonEmptyString(output);
            ctx.Writer.Write(inputs.Length);
            foreach (var input in inputs)
            {
                ctx.SaveNonEmptyString(input);
                ctx.SaveStringOrNull(null);
            }
        }
    }

    private static VersionInfo Version() => new(
        "CONCAT F", 0x00010003, 0x00010003, 0x00010001,
        typeof(ColumnConcatenatingTransformer).Assembly.FullName, LoaderSignature, "ConcatFunction");
}
