using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>Which points a panel holds: how many, the latent state of each, and their numbers in the batch.</summary>
internal sealed class ColumnStates
{
    private readonly int[] _each = new int[Panel.Columns];
    private readonly uint[] _numbers = new uint[Panel.Columns];
    private bool _isNumbered;

    /// <summary>Points, 0 to those of a full panel.</summary>
    public int Count { get; private set; }

    /// <summary>Columns to compute: <see cref="Count"/>, rounded up to whole registers.</summary>
    public int Columns { get; private set; }

    /// <summary>The state of all points, or -1 where each has its own.</summary>
    public int Common { get; private set; }

    /// <summary>The state of each column, where they have no common one.</summary>
    public ReadOnlySpan<int> Each => _each.AsSpan(0, Columns);

    /// <summary>The number of the first point among the rows of the reference's batch, which drops units by it, and the step to the next.</summary>
    public uint FirstRow { get; set; }

    public uint RowStep { get; set; } = 1;

    /// <summary>The number of each column, where they follow no step; else empty.</summary>
    public ReadOnlySpan<uint> Numbers => _isNumbered ? _numbers.AsSpan(0, Columns) : default;

    /// <summary>A panel of points of one state; 0 where there is one only.</summary>
    public void Set(int count, int lanes, int state)
    {
        Count = count;
        Columns = Lengths.RoundUp(count, lanes);
        Common = state;
        _isNumbered = false;
    }

    /// <summary>A panel of points with a state each.</summary>
    public void Set(ReadOnlySpan<int> states, int lanes)
    {
        Count = states.Length;
        Columns = Lengths.RoundUp(Count, lanes);
        Common = -1;
        states.CopyTo(_each);
        _each.AsSpan(Count).Clear();
        _isNumbered = false;
    }

    /// <summary>Gives each point a number of its own, counted from <paramref name="first"/>; after <c>Set</c>.</summary>
    public void SetNumbers(ReadOnlySpan<int> numbers, uint first)
    {
        _isNumbered = true;
        _numbers.AsSpan().Clear();
        for (int i = 0; i < numbers.Length; i++)
            _numbers[i] = first + (uint)numbers[i];
    }
}
