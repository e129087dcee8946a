using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Mpi.Tests;

/// <summary>Processes that mpirun has started.</summary>
public sealed class MpiGroupTests
{
    // Then states begin to part, and what is rounded elsewhere grows a hundredfold in each epoch, between two threads as between two processes.
    private const int Epochs = 3;

    // The epoch after which a process is killed.
    private const int Killed = 2;

    [SkippableFact]
    public void Processes_add_up()
    {
        string[] lines = Run(3, Add);
        Assert.Equal(["0 of 3: 3, 30", "1 of 3: 3, 30", "2 of 3: 3, 30"], lines.Order());
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_processes_trains_the_same(int size)
    {
        // The first of a group of one, which this process could be only once.
        double[] alone = Scores(null), together = [.. Run(size, Train).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(alone.Length, together.Length);
        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Members_of_an_ensemble_are_trained_by_one_process_each(int size)
    {
        // To the last bit: nothing is summed up but what one process has.
        string[] lines = Run(size, TrainMembers);
        Assert.Equal(Members(null).Select(Line), lines);
    }

    [SkippableFact]
    public void Members_go_on_where_a_process_was_killed()
    {
        string folder = Directory.CreateTempSubdirectory("members").FullName;
        try
        {
            Assert.Contains("signal 9", Failure(3, TrainMembers, folder), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "flow-2", "training.checkpoint")));
            Assert.Equal(Members(null).Select(Line), Run(3, TrainMembers, folder));
            Assert.Empty(Directory.EnumerateFiles(folder, "*.checkpoint", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void A_process_that_is_killed_ends_the_others_and_the_same_command_goes_on()
    {
        string folder = Directory.CreateTempSubdirectory("killed").FullName;
        try
        {
            Assert.Contains("signal 9", Failure(2, TrainAndDie, folder), StringComparison.Ordinal);
            string[] lines = Run(2, TrainAndDie, folder);
            int[] epochs = [.. lines.Where(line => line.StartsWith("epoch ", StringComparison.Ordinal)).Select(line => int.Parse(line[6..], CultureInfo.InvariantCulture))];
            // The first process may have written the state after the epoch in which the other died, or not.
            Assert.Contains(epochs[0], new[] { Killed, Killed + 1 });
            Assert.Equal(Enumerable.Range(epochs[0], Epochs + 1 - epochs[0]), epochs);
            // To the last bit what as many processes train that none kills.
            Assert.Equal(Run(2, Train), lines.Skip(epochs.Length));
            Assert.Empty(Directory.EnumerateFiles(folder, "*.checkpoint"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void A_process_that_fails_ends_the_others()
    {
        Assert.Contains("Process 1 of 2 failed: no more", Failure(2, Fail), StringComparison.Ordinal);
    }

    private static void Add(string[] arguments) => MpiGroup.Run(group =>
    {
        float[] ones = [1, 10];
        group.Sum(ones);
        // In one piece, or lines of several processes mix.
        Console.Out.Write(FormattableString.Invariant($"{group.Rank} of {group.Size}: {ones[0]}, {ones[1]}\n"));
    });

    private static void Train(string[] arguments) => MpiGroup.Run(group =>
    {
        double[] scores = Scores(group);
        if (group.Rank == 0)
            Console.Out.Write(string.Concat(scores.Select(score => Line(score) + "\n")));
    });

    private static void TrainAndDie(string[] arguments) => MpiGroup.Run(group =>
    {
        string died = Path.Combine(arguments[0], "died");
        bool dies = group.Rank == 1 && !File.Exists(died);
        double[] scores = Scores(group, arguments[0], epoch =>
        {
            if (group.Rank == 0)
                Console.Out.Write(FormattableString.Invariant($"epoch {epoch}\n"));
            if (dies && epoch == Killed)
            {
                File.WriteAllText(died, "");
                Process.GetCurrentProcess().Kill();
            }
        });
        if (group.Rank == 0)
            Console.Out.Write(string.Concat(scores.Select(score => Line(score) + "\n")));
    });

    private static void TrainMembers(string[] arguments) => MpiGroup.Run(group =>
    {
        string? folder = arguments.FirstOrDefault(), died = folder is null ? null : Path.Combine(folder, "died");
        bool dies = died is not null && group.Rank == 1 && !File.Exists(died);
        double[] scores = Members(group, folder, epoch =>
        {
            if (!dies || epoch < Killed)
                return;
            File.WriteAllText(died!, "");
            Process.GetCurrentProcess().Kill();
        });
        if (group.Rank == 0)
            Console.Out.Write(string.Concat(scores.Select(score => Line(score) + "\n")));
    });

    private static string Line(double score) => score.ToString("R", CultureInfo.InvariantCulture);

    private static void Fail(string[] arguments) => MpiGroup.Run(group =>
    {
        if (group.Rank == 1)
            throw new InvalidOperationException("no more");
        group.Sum([1.0]);
    });

    // The table is longer than what one process reads of it at a time.
    private static double[] Scores(TrainingGroup? group, string? folder = null, Action<int>? afterEpoch = null)
    {
        return Scores(70_000, new NormalizingVariationalFlowOptions
        {
            Flow = { Latent = FlowLatent.Discrete(3), Layers = 2, HiddenUnits = 16 },
            Training = { Epochs = Epochs, BatchSize = 8_000 },
        }, group, folder, afterEpoch);
    }

    private static double[] Members(TrainingGroup? group, string? folder = null, Action<int>? afterEpoch = null) => Scores(1_000, new NormalizingVariationalFlowOptions
    {
        Flow = { Latent = FlowLatent.None, Layers = 2, HiddenUnits = 16, EnsembleSize = 3 },
        Training = { Epochs = Epochs, BatchSize = 200 },
    }, group, folder, afterEpoch);

    private static double[] Scores(int rows, NormalizingVariationalFlowOptions options, TrainingGroup? group, string? folder, Action<int>? afterEpoch)
    {
        var ml = new MLContext(seed: 1);
        IDataView View(int rows, int seed) => ml.Data.LoadFromEnumerable(FeatureRow.From(GaussianMixture.Ring(4, 4, 0.5).Draw(rows, (ulong)seed).Rows));
        (options.Training.Threads, options.Training.Group, options.Training.CheckpointFolder) = (1, group, folder);
        options.Training.Progress = new Reports(report => afterEpoch?.Invoke(report.Epoch));
        using var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(View(rows, 1));
        return [.. model.Transform(View(20, 2)).GetColumn<float>("LogDensity").Select(value => (double)value)];
    }

    private static string[] Run(int size, Action<string[]> task, params string[] arguments)
    {
        using var process = Start(size, task, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // What processes that end in failure say.
    private static string Failure(int size, Action<string[]> task, params string[] arguments)
    {
        using var process = Start(size, task, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), "the others went on waiting");
        Assert.NotEqual(0, process.ExitCode);
        return errors.Result;
    }

    private static Process Start(int size, Action<string[]> task, params string[] arguments)
    {
        string? mpirun = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "mpirun")).FirstOrDefault(File.Exists);
        Skip.If(mpirun is null, "There is no mpirun: install openmpi-bin.");
        var start = new ProcessStartInfo(mpirun)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                // More processes than processors, and root where tests run in a container.
                ["OMPI_MCA_rmaps_base_oversubscribe"] = "1", ["OMPI_MCA_mpi_yield_when_idle"] = "1",
                // mpirun gives its processes a terminal, which .NET would set up.
                ["TERM"] = "dumb",
                ["OMPI_ALLOW_RUN_AS_ROOT"] = "1", ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
            },
        };
        foreach (string argument in new[] { "-n", size.ToString(CultureInfo.InvariantCulture), "dotnet", "exec", task.Method.Module.Assembly.Location }.Concat(ChildProcess.CommandLine(task)).Concat(arguments))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private sealed class Reports(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
