namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>What a training says of its course after an epoch.</summary>
/// <param name="Epoch">Epochs done, 1 or more.</param>
/// <param name="Stop">The epoch that it stops with if it gets no better any more; null while that is no more likely than that it does.</param>
/// <param name="Planned">The epoch that it ends with at the latest.</param>
/// <param name="Elapsed">Its time so far.</param>
internal readonly record struct Course(int Epoch, int? Stop, int Planned, TimeSpan Elapsed);

/// <summary>Trainings that are to come when those of now are done.</summary>
/// <param name="Turns">How often as many begin as go at once.</param>
/// <param name="Work">The planned time of one, in that of a training of now.</param>
/// <param name="EndsAlike">Whether each stops as early as those of now do: else it is expected to go on to its planned end.</param>
internal readonly record struct LaterTrainings(int Turns, double Work, bool EndsAlike);

/// <summary>
/// The time left until a model of one or several trainings is there: what is expected, and what it takes at most if the machine is no slower. Both
/// are made of how long epochs took so far. A training that still gets better is expected to go on to its planned end, or to stop where one of its kind
/// did; one that has not become better for a while, to stop when its patience ends.
/// </summary>
/// <param name="limit">The time that there is for all; null for no limit.</param>
internal sealed class TimeLeft(TimeLimit? limit = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Course> _courses = [];
    private readonly Dictionary<int, double> _ends = [];
    private int _trainings = 1, _atOnce = 1;
    private double _usualEnd = 1;
    private IReadOnlyList<LaterTrainings> _expected = [], _longest = [];

    /// <summary>Says that trainings begin.</summary>
    /// <param name="trainings">How many.</param>
    /// <param name="atOnce">How many of them at the same time.</param>
    /// <param name="like">A training that was done before, which tells where these end; null for none.</param>
    /// <param name="expected">What is expected to come behind them.</param>
    /// <param name="longest">What may come behind them and takes longest.</param>
    public void Begin(int trainings, int atOnce, int? like, IReadOnlyList<LaterTrainings> expected, IReadOnlyList<LaterTrainings> longest)
    {
        lock (_gate)
        {
            _courses.Clear();
            (_trainings, _atOnce, _expected, _longest) = (trainings, atOnce, expected, longest);
            _usualEnd = like is int one ? _ends.GetValueOrDefault(one, 1) : 1;
        }
    }

    /// <summary>Says that a training is done.</summary>
    public void End(int training)
    {
        lock (_gate)
        {
            if (_courses.TryGetValue(training, out var course))
                _ends[training] = (double)course.Epoch / course.Planned;
        }
    }

    /// <summary>The time left when a training has done an epoch.</summary>
    public (TimeSpan Expected, TimeSpan AtMost) After(int training, Course course)
    {
        lock (_gate)
        {
            _courses[training] = course;
            double expected = Seconds(expects: true), most = Seconds(expects: false);
            double left = limit?.Left.TotalSeconds ?? double.PositiveInfinity;
            return (TimeSpan.FromSeconds(Math.Min(left, expected)), TimeSpan.FromSeconds(Math.Min(left, Math.Max(most, expected))));
        }
    }

    private double Seconds(bool expects)
    {
        double longest = 0, all = 0, whole = 0, planned = 0;
        foreach (var (training, course) in _courses)
        {
            double epoch = course.Elapsed.TotalSeconds / course.Epoch;
            double end = _ends.ContainsKey(training) ? course.Epoch
                : expects ? Math.Max(course.Epoch, course.Stop ?? _usualEnd * course.Planned)
                : course.Planned;
            longest = Math.Max(longest, epoch * (end - course.Epoch));
            all += epoch * (end - course.Epoch);
            whole += epoch * end / _courses.Count;
            planned += epoch * course.Planned / _courses.Count;
        }
        // What has not begun takes as long as those that have.
        double now = Math.Max(longest, (all + (_trainings - _courses.Count) * (expects ? whole : planned)) / _atOnce);
        return now + (expects ? _expected : _longest).Sum(later => later.Turns * later.Work * (expects && later.EndsAlike ? whole : planned));
    }
}
