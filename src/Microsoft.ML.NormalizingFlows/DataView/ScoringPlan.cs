using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// What is computed from the rows of a table, bound to its schema: which columns it adds behind those of the input, and what must be read for a
/// choice of columns.
/// </summary>
internal abstract class ScoringPlan
{
    /// <param name="input">The schema of the table.</param>
    /// <param name="added">The columns to add.</param>
    protected ScoringPlan(DataViewSchema input, IReadOnlyList<AddedColumn> added)
    {
        (Input, Added) = (input, added);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var column in added)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        Output = builder.ToSchema();
    }

    public DataViewSchema Input { get; }

    /// <summary>The columns of <see cref="Input"/> at their own places, then <see cref="Added"/>.</summary>
    public DataViewSchema Output { get; }

    public IReadOnlyList<AddedColumn> Added { get; }

    /// <summary>Values of a row that are read.</summary>
    public abstract int Width { get; }

    /// <summary>A batch of rows of a source that stands on each of them in turn.</summary>
    public abstract ScoredBatch CreateBatch(DataViewRow source, bool[] active);

    /// <summary>Adds the columns to an ONNX graph that has those of the input.</summary>
    /// <exception cref="NotSupportedException">One of them cannot be written.</exception>
    public virtual void WriteOnnx(OnnxGraph graph) => throw OnnxRefusal.Of("What this transformer adds");

    /// <summary>Whether a column of the input is read for those that are added.</summary>
    protected abstract bool Reads(DataViewSchema.Column column);

    /// <summary>Which columns of <see cref="Output"/> are among <paramref name="columns"/>, by their place.</summary>
    /// <exception cref="InvalidOperationException">A column is of another schema.</exception>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var active = new bool[Output.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length)
                throw new InvalidOperationException($"The column '{column.Name}' asked for is not one of the {active.Length} columns of this data.");
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>Whether one of the added columns is active.</summary>
    public bool Computes(bool[] active) => active.AsSpan(Input.Count).Contains(true);

    /// <summary>The columns of the input that must be read for the active columns.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        bool computes = Computes(active);
        return Input.Where(column => active[column.Index] || (computes && Reads(column)));
    }
}

/// <summary>Rows of a source, and what a <see cref="ScoringPlan"/> adds to them: computed in one call when the first of it is asked for.</summary>
internal abstract class ScoredBatch
{
    /// <summary>Starts a batch of up to <paramref name="capacity"/> rows.</summary>
    public abstract void Clear(int capacity);

    /// <summary>Adds the row that the source stands on.</summary>
    public abstract void Add();

    /// <summary>The getter, a <see cref="ValueGetter{TValue}"/>, of an added column for the row that <paramref name="row"/> names.</summary>
    public abstract Delegate Getter(int added, Func<int> row);
}
