namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>The random streams that rows are drawn from: one for all of them, or one of its own for each.</summary>
internal readonly struct RowStreams
{
    private readonly RandomStream? _all;
    private readonly RandomStream[] _each;

    private RowStreams(RandomStream? all, RandomStream[] each) => (_all, _each) = (all, each);

    public RandomStream this[int row] => _all ?? _each[row];

    public static RowStreams Each(RandomStream[] streams) => new(null, streams);

    /// <summary>Those of some rows.</summary>
    public RowStreams Of(int[] rows)
    {
        if (_all is not null)
            return this;
        var each = _each;
        return Each(Array.ConvertAll(rows, row => each[row]));
    }

    public static implicit operator RowStreams(RandomStream all) => new(all, []);
}
