namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>The time that trainings may take, or a part of it, from when it is made.</summary>
/// <param name="length">How long it is.</param>
/// <param name="clock">What time it is.</param>
internal sealed class TimeLimit(TimeSpan length, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>What is left of it, 0 or more.</summary>
    public TimeSpan Left => length - clock.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The part that is over, in [0, 1].</summary>
    public double Done => 1 - Left / length;

    public bool IsOver => Left == TimeSpan.Zero;

    /// <summary>A share of what is left, from now on.</summary>
    public TimeLimit Part(double share) => new(Left is var left && left > TimeSpan.Zero ? share * left : TimeSpan.FromTicks(1), clock);

    public override string ToString() => FormattableString.Invariant($"{length.TotalSeconds:0.###} s");
}
