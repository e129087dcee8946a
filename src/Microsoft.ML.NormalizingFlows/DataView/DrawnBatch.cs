using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Something drawn for each row of a batch. The random numbers of a row follow from the seed and its id: every pass gives the same.</summary>
/// <param name="source">Stands on each row in turn.</param>
/// <param name="seed">Of what is drawn.</param>
/// <param name="purpose">What tells these numbers from others of the same seed.</param>
internal abstract class DrawnBatch(DataViewRow source, ulong seed, string purpose) : ScoredBatch
{
    private readonly ValueGetter<DataViewRowId> _readId = source.GetIdGetter();
    private readonly List<RandomStream> _streams = [];
    private bool _isDrawn;

    protected int Count => _streams.Count;

    public sealed override void Clear(int capacity)
    {
        _isDrawn = false;
        _streams.Clear();
        Reserve(capacity);
    }

    public sealed override void Add()
    {
        DataViewRowId id = default;
        _readId(ref id);
        Read(Count);
        _streams.Add(RandomStream.For(RandomStream.Derive(seed, purpose, id.High), "row", id.Low));
    }

    /// <summary>Draws what the rows get, unless that is done.</summary>
    protected void EnsureDrawn()
    {
        if (!_isDrawn)
            Draw(_streams);
        _isDrawn = true;
    }

    /// <summary>Makes room for so many rows.</summary>
    protected abstract void Reserve(int capacity);

    /// <summary>Reads what the row that the source stands on is given.</summary>
    /// <param name="row">Its place in the batch.</param>
    protected abstract void Read(int row);

    /// <param name="streams">A stream for each row.</param>
    protected abstract void Draw(IReadOnlyList<RandomStream> streams);
}
