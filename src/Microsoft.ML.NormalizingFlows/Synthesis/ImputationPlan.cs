using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>The learned columns of a table, without missing values, in place of its own.</summary>
internal sealed class ImputationPlan : ScoringPlan
{
    private readonly TableCodec _codec;
    private readonly ICellEvaluator _evaluator;
    private readonly ulong _seed;
    private readonly Func<SamplingWatch> _watch;
    private readonly DataViewSchema.Column?[] _present;

    /// <param name="input">The schema of the table.</param>
    /// <param name="codec">Makes cells of rows, and rows of cells.</param>
    /// <param name="evaluator">Draws cells.</param>
    /// <param name="seed">Of all.</param>
    /// <param name="watch">Follows a pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is of another type than learned, or there is none.</exception>
    public ImputationPlan(DataViewSchema input, TableCodec codec, ICellEvaluator evaluator, ulong seed, Func<SamplingWatch> watch)
        : base(input, [.. codec.Columns.Select(column => new AddedColumn(column.Name, LearnedColumns.Find(input, column)?.Type ?? column.Type, column.Annotations))])
    {
        (_codec, _evaluator, _seed, _watch) = (codec, evaluator, seed, watch);
        _present = [.. codec.Columns.Select(column => LearnedColumns.Find(input, column))];
        if (Array.TrueForAll(_present, column => column is null))
            throw LearnedColumns.None(input, codec.Columns);
    }

    public override int Width => _codec.Width;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) =>
        new ImputedBatch(source, _present, _codec, _evaluator, _seed, _watch());

    protected override bool Reads(DataViewSchema.Column column) => Array.Exists(_present, own => own?.Index == column.Index);
}
