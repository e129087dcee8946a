using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>Threads that stand for the processes of a group train what one does.</summary>
public sealed class TrainingGroupTests
{
    private static readonly float[][] s_rows = SmallFlow.Ring.Draw(600, seed: 1).Rows, s_test = SmallFlow.Ring.Draw(100, seed: 2).Rows;

    [Theory]
    [InlineData("none", 2)]
    [InlineData("none", 3)]
    [InlineData("discrete", 2)]
    [InlineData("gumbel", 3)]
    [InlineData("mixture", 2)]
    [InlineData("continuous", 3)]
    public void A_group_trains_what_one_process_does(string latent, int size)
    {
        float[] alone = Fit(Options(latent)), first = [];
        ThreadGroup.Run(size, group =>
        {
            var options = Options(latent);
            options.Training.Group = group;
            float[] scores = Fit(options);
            if (group.Rank == 0)
                first = scores;
        });
        // Sums are rounded in another order, which 15 steps make more of.
        Assert.All(alone.Zip(first), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
        Assert.NotEqual(alone, Fit(Options(latent, epochs: 4)));
    }

    [Fact]
    public void Processes_with_other_options_are_told()
    {
        var problem = Assert.Throws<InvalidOperationException>(() => ThreadGroup.Run(2, group =>
        {
            var options = Options("none");
            (options.Training.Group, options.Training.Seed) = (group, group.Rank);
            Fit(options);
        }));
        Assert.Contains("different tables or options", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_process_writes_checkpoints_that_all_go_on_from()
    {
        string folder = Directory.CreateTempSubdirectory("group").FullName;
        try
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => ThreadGroup.Run(2, group => Train(group, new Told(report =>
            {
                if (report.Epoch == 2)
                    stop.Cancel();
            }), stop.Token)));
            var epochs = new List<int>();
            ThreadGroup.Run(2, group => Train(group, new Told(report =>
            {
                if (group.Rank == 0)
                    epochs.Add(report.Epoch);
            }), CancellationToken.None));
            Assert.Equal([3, 4, 5], epochs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Train(TrainingGroup group, IProgress<TrainingProgress> progress, CancellationToken cancellation)
        {
            var options = Options("none");
            (options.Training.Group, options.Training.CheckpointFolder, options.Training.Progress, options.Training.Cancellation) = (group, folder, progress, cancellation);
            Fit(options);
        }
    }

    [Fact]
    public void What_a_group_cannot_do_is_said()
    {
        var options = Options("none");
        (options.Training.Group, options.Training.TrainingTime) = (new ThreadGroup(new(), 0, 1, null!), TimeSpan.FromSeconds(5));
        Assert.Contains("both set", Assert.Throws<InvalidOperationException>(() => Fit(options)).Message, StringComparison.Ordinal);
        var clusters = new NormalizingVariationalFlowClusteringOptions { Training = { Group = options.Training.Group } };
        Assert.Contains("one process alone", Assert.Throws<ArgumentException>(() => new MLContext().Clustering.Trainers.NormalizingVariationalFlow(clusters)).Message, StringComparison.Ordinal);
    }

    private static NormalizingVariationalFlowOptions Options(string latent, int epochs = 5) => new()
    {
        Flow =
        {
            Latent = latent switch
            {
                "none" => FlowLatent.None,
                "mixture" => FlowLatent.Mixture(4),
                "continuous" => FlowLatent.Continuous(1),
                _ => FlowLatent.Discrete(3),
            },
            Layers = 2, HiddenUnits = 16,
        },
        Training =
        {
            Epochs = epochs, BatchSize = 200, Seed = 1, Threads = 1, Dropout = latent == "none" ? 0.1 : 0,
            Objective = latent == "gumbel" ? LatentObjective.GumbelSoftmax : LatentObjective.ExactMixture,
        },
    };

    private static float[] Fit(NormalizingVariationalFlowOptions options)
    {
        var ml = new MLContext(seed: 1);
        IDataView View(float[][] rows) => ml.Data.LoadFromEnumerable(FeatureRow.From(rows));
        using var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(View(s_rows));
        return [.. model.Transform(View(s_test)).GetColumn<float>("LogDensity")];
    }

    private sealed class Told(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    /// <summary>A thread in the place of a process.</summary>
    private sealed class ThreadGroup(List<double[]> given, int rank, int size, Barrier barrier) : TrainingGroup
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

        public override int Rank => rank;

        public override int Size => size;

        public static void Run(int size, Action<ThreadGroup> work)
        {
            using var barrier = new Barrier(size);
            List<double[]> given = [.. Enumerable.Range(0, size).Select(_ => Array.Empty<double>())];
            var failures = new Exception?[size];
            Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
            {
                try
                {
                    work(new ThreadGroup(given, rank, size, barrier));
                }
                catch (Exception failure)
                {
                    failures[rank] = failure;
                }
                barrier.RemoveParticipant();
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            if (failures.FirstOrDefault(failure => failure is not null) is { } first)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        public override void Sum(Span<float> values)
        {
            var sums = new double[values.Length];
            for (int i = 0; i < sums.Length; i++)
                sums[i] = values[i];
            Sum(sums);
            for (int i = 0; i < sums.Length; i++)
                values[i] = (float)sums[i];
        }

        public override void Sum(Span<double> values)
        {
            given[rank] = values.ToArray();
            Assert.True(barrier.SignalAndWait(s_patience), "a process did not come");
            double[][] all = [.. given];
            for (int i = 0; i < values.Length; i++)
                values[i] = all.Sum(own => own[i]);
            Assert.True(barrier.SignalAndWait(s_patience), "a process did not come");
        }
    }
}
