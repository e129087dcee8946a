using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

/// <summary>
/// Damages files of one kind, loads each and, where it loads, scores and draws. A fault is an error that is no refusal of this package in one sentence, a hang,
/// room that is out of proportion to the file, or a number that is none.
/// </summary>
internal sealed class MutationRun
{
    /// <summary>Bytes that may be allocated for each byte of a file, beside twice what the good one takes.</summary>
    private const int RoomOfByte = 10;

    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);
    private static readonly Assembly s_own = typeof(RowScoringTransformer).Assembly;

    private readonly MutatedFile _kind;
    private readonly IReadOnlyList<int>[] _frames;
    private readonly long[] _room;

    public MutationRun(MutatedFile kind)
    {
        _kind = kind;
        _frames = [.. kind.Good.Select(kind.Frames)];
        // The first time takes more, for what is made once.
        _room = [.. kind.Good.Select(good => Enumerable.Range(0, 2).Select(_ => GoodRoom(good)).Last())];
    }

    public int Loaded { get; private set; }

    public int Refused { get; private set; }

    public List<string> Faults { get; } = [];

    /// <summary>The most room in relation to what is allowed.</summary>
    public double Room { get; private set; }

    /// <summary>Damages and loads the files of some numbers.</summary>
    public void Run(int first, int count)
    {
        for (int number = first; number < first + count; number++)
            Try(number);
    }

    private void Try(int number)
    {
        int which = number % _kind.Good.Count;
        byte[] bytes = FileMutator.Mutate(_kind.Good[which], _frames[which], new Random(number));
        Outcome? outcome = null;
        var thread = new Thread(() => outcome = Use(bytes)) { IsBackground = true };
        thread.Start();
        if (!thread.Join(s_hang) || outcome is not { } known)
        {
            Faults.Add($"{_kind.Name} {number}: hangs");
            return;
        }
        (Loaded, Refused) = known.Error is null ? (Loaded + 1, Refused) : (Loaded, Refused + 1);
        if (known.Error is { } error && !IsRefusal(error))
            Faults.Add($"{_kind.Name} {number}: {error.GetBaseException()}");
        if (known.NotNumber is { } column)
            Faults.Add($"{_kind.Name} {number}: gives what is no number in {column}");
        double room = known.Room / (2.0 * _room[which] + RoomOfByte * (double)bytes.Length);
        Room = Math.Max(Room, room);
        if (room > 1)
            Faults.Add($"{_kind.Name} {number}: takes {known.Room:N0} bytes for a file of {bytes.Length:N0}, {_room[which]:N0} when it was good");
    }

    private long GoodRoom(byte[] good)
    {
        var outcome = Use(good);
        Assert.True(outcome is { Error: null, NotNumber: null }, $"The file that is right: {outcome.Error} {outcome.NotNumber}");
        return outcome.Room;
    }

    private Outcome Use(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? failure = null;
        string? notNumber = null;
        try
        {
            using var loaded = _kind.Load(bytes);
            foreach (var (column, value) in loaded.Use())
                notNumber = double.IsFinite(value) ? notNumber : column;
        }
        catch (Exception error)
        {
            failure = error;
        }
        return new Outcome(failure, notNumber, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // What this package throws itself, in one line, and no mistake that .NET or ML.NET found.
    private bool IsRefusal(Exception error)
    {
        error = error.GetBaseException();
        Assembly?[] places = [.. new StackTrace(error).GetFrames().Select(frame => frame.GetMethod()?.DeclaringType?.Assembly)];
        if (_kind.IsForeign && !places.Contains(s_own))
            return true;
        // Code that was inlined counts as the test's.
        return (places[0] == s_own || places[0] == typeof(MutationRun).Assembly)
            && error is FormatException or InvalidDataException or InvalidOperationException or ArgumentException
            && !error.Message.Contains('\n', StringComparison.Ordinal);
    }

    private sealed record Outcome(Exception? Error, string? NotNumber, long Room);
}
