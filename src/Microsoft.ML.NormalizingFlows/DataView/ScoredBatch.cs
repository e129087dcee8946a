namespace Microsoft.ML.NormalizingFlows.DataView;

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
