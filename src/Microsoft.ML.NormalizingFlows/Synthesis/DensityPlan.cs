using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>The log-density of the rows of a table, as a column.</summary>
/// <param name="input">The schema of the table.</param>
/// <param name="codec">Its columns.</param>
/// <param name="evaluator">What was learned of them.</param>
/// <param name="name">Of the new column.</param>
internal sealed class DensityPlan(DataViewSchema input, TableCodec codec, ICellEvaluator evaluator, string name)
    : ScoringPlan(input, [Column(name, OutputAnnotations.NextSet(input))])
{
    private readonly HashSet<int> _read = [.. LearnedColumns.Find(input, codec.Columns.Where(column => column.Keys is null)).Select(column => column.Index)];

    /// <summary>The column that is added.</summary>
    public static AddedColumn Column(string name, uint scoreSet) =>
        new(name, NumberDataViewType.Single, OutputAnnotations.Score(scoreSet, "Score"));

    public override int Width => codec.Width;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) => new Densities(codec.Encoder(source, learns: false), codec.Width, evaluator);

    protected override bool Reads(DataViewSchema.Column column) => _read.Contains(column.Index);

    private sealed class Densities(EncodeRow encode, int width, ICellEvaluator evaluator) : ScoredBatch
    {
        private readonly CellRows _rows = new(width, columns: 0);
        private double[] _volumes = [], _logs = [];
        private bool _isScored;

        public override void Clear(int capacity)
        {
            _rows.Clear();
            _isScored = false;
            if (capacity > _logs.Length)
                (_volumes, _logs) = (new double[capacity], new double[capacity]);
        }

        public override void Add()
        {
            int row = _rows.Count;
            _volumes[row] = encode(_rows.Add());
        }

        public override Delegate Getter(int added, Func<int> row) => (ValueGetter<float>)((ref float value) => value = LogDensity(row()));

        private float LogDensity(int row)
        {
            if (!_isScored)
                evaluator.Score(_rows, _logs);
            _isScored = true;
            return (float)(_volumes[row] + _logs[row]);
        }
    }
}
