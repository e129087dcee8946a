using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>One of several processes that share the rows of a table, in their order.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Part(int Number, int Count)
{
    public static Part Whole { get; } = new(1, 1);

    /// <summary>Reads 2/4, auto, or auto/4; null is the whole.</summary>
    /// <param name="text">What a user has written.</param>
    /// <param name="environment">The environment variables: MPI, Slurm and Kubernetes say there which process this is.</param>
    /// <exception cref="InvalidDataException">It is none of these, or the environment does not say it.</exception>
    public static Part Parse(string? text, Func<string, string?> environment)
    {
        if (text is null)
            return Whole;
        string[] words = text.Split('/');
        int? count = words.Length == 2 ? WholeNumber(words[1]) : null;
        if (words.Length <= 2 && words[0] == "auto" && (words.Length == 1 || count > 0))
        {
            var (index, found) = FromEnvironment(environment) ?? throw new InvalidDataException(
                "--part auto finds no variable of Open MPI, MPICH, Slurm or Kubernetes that says which part this is: write it, as in --part 1/4.");
            count ??= found ?? throw new InvalidDataException("--part auto finds out which part this is, but not of how many: write that, as in --part auto/4.");
            return index < count ? new(index + 1, count.Value) : throw new InvalidDataException(FormattableString.Invariant(
                $"--part is {text}, but this is process {index + 1}: there are more processes than parts."));
        }
        return words.Length == 2 && WholeNumber(words[0]) is int number && number >= 1 && number <= count
            ? new(number, count.Value)
            : throw new InvalidDataException($"--part is '{text}', but must be a number and how many parts there are, as in 2/4, or auto.");
    }

    /// <summary>This part of what is counted from 0 to below <paramref name="size"/>.</summary>
    public (long First, long End) Of(long size) => (Bound(size, Number - 1), Bound(size, Number));

    /// <summary>The file of this part: rows.csv becomes rows-02-of-16.csv, so that the order of the names is that of the rows.</summary>
    public string Name(string path)
    {
        if (Count == 1)
            return path;
        string count = Count.ToString(CultureInfo.InvariantCulture), number = Number.ToString(CultureInfo.InvariantCulture).PadLeft(count.Length, '0');
        return Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{number}-of-{count}{Path.GetExtension(path)}");
    }

    private long Bound(long size, int parts) => (long)((Int128)size * parts / Count);

    // A job array of jobs with several tasks has as many parts as tasks in all.
    private static (int Index, int? Count)? FromEnvironment(Func<string, string?> environment)
    {
        int? Value(string name) => WholeNumber(environment(name));
        if (Value("OMPI_COMM_WORLD_RANK") is int rank && Value("OMPI_COMM_WORLD_SIZE") is int ranks)
            return (rank, ranks);
        if (Value("PMI_RANK") is int process && Value("PMI_SIZE") is int processes)
            return (process, processes);
        int? task = Value("SLURM_PROCID"), tasks = Value("SLURM_NTASKS");
        if (Value("SLURM_ARRAY_TASK_ID") is int id && Value("SLURM_ARRAY_TASK_COUNT") is int jobs)
        {
            int job = (id - (Value("SLURM_ARRAY_TASK_MIN") ?? 0)) / (Value("SLURM_ARRAY_TASK_STEP") ?? 1);
            return (job * (tasks ?? 1) + (task ?? 0), jobs * (tasks ?? 1));
        }
        if (task is int own && tasks is int all)
            return (own, all);
        return Value("JOB_COMPLETION_INDEX") is int completion ? (completion, null) : null;
    }

    private static int? WholeNumber(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
