namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>The time that trainings may take, or a part of it, from when it is made. What they took before they were resumed counts.</summary>
/// <param name="length">How long it is.</param>
/// <param name="clock">What time it is.</param>
/// <param name="whole">What it is a part of, or null.</param>
internal sealed class TimeLimit(TimeSpan length, TimeProvider clock, TimeLimit? whole = null)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _before;

    /// <summary>What is over of it, and maybe more.</summary>
    public TimeSpan Spent
    {
        get
        {
            lock (_gate)
                return _before + clock.GetElapsedTime(_start);
        }
    }

    /// <summary>What is left of it, 0 or more.</summary>
    public TimeSpan Left => length - Spent is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The part that is over, in [0, 1].</summary>
    public double Done => 1 - Left / length;

    public bool IsOver => Left == TimeSpan.Zero;

    /// <summary>A share of what is left, from now on.</summary>
    public TimeLimit Part(double share) => new(Left is var left && left > TimeSpan.Zero ? share * left : TimeSpan.FromTicks(1), clock, this);

    /// <summary>Counts what a training took before it was resumed. Of several that share this time, and went side by side, the longest counts.</summary>
    public void Resume(TimeSpan before)
    {
        TimeSpan more;
        lock (_gate)
        {
            more = before - _before;
            if (more <= TimeSpan.Zero)
                return;
            _before = before;
        }
        whole?.Add(more);
    }

    public override string ToString() => FormattableString.Invariant($"{length.TotalSeconds:0.###} s");

    private void Add(TimeSpan more)
    {
        lock (_gate)
            _before += more;
        whole?.Add(more);
    }
}
