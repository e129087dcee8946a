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
        float[] alone = Fit(Options(latent), out var report), first = [];
        var reports = new TrainingReport[size];
        ThreadGroup.Run(size, group =>
        {
            var options = Options(latent);
            options.Training.Group = group;
            float[] scores = Fit(options, out reports[group.Rank]);
            if (group.Rank == 0)
                first = scores;
        });
        // Each judges a part of the held-out rows, and all get what one would say of all of them.
        Assert.All(reports, other => Assert.Equal(
            (reports[0].ValidationLogDensity, reports[0].MutualInformation, report.StatesUsed, report.ValidationRows, report.BestEpoch),
            (other.ValidationLogDensity, other.MutualInformation, other.StatesUsed, other.ValidationRows, other.BestEpoch)));
        Assert.Equal(report.ValidationLogDensity, reports[0].ValidationLogDensity, 2e-3);
        Assert.Equal(report.MutualInformation, reports[0].MutualInformation, 2e-3);
        // Sums are rounded in another order, which 15 steps make more of.
        Assert.All(alone.Zip(first), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
        Assert.NotEqual(alone, Fit(Options(latent, epochs: 4)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Trials_and_members_are_shared_out(int size)
    {
        // Two trials, and two more members of what they choose; each is trained by one process, on one thread as if alone.
        float[] alone = Fit(Automatic(), out var report);
        var reports = new TrainingReport[size];
        int[] epochs = new int[size];
        ThreadGroup.Run(size, group =>
        {
            var options = Automatic();
            (options.Training.Group, options.Training.Progress) = (group, new Listener(_ => epochs[group.Rank]++));
            Assert.Equal(alone, Fit(options, out reports[group.Rank]));
        });
        // The held-out rows of the ensemble are judged by all, in parts.
        Assert.All(reports, other => Assert.Equal(report with { ValidationLogDensity = 0, MutualInformation = 0 }, other with { ValidationLogDensity = 0, MutualInformation = 0 }));
        Assert.All(reports, other => Assert.Equal(report.ValidationLogDensity, other.ValidationLogDensity, 1e-6));
        Assert.Equal(3, report.EnsembleSize);
        Assert.Equal(4 * 2, epochs.Sum());
        Assert.Equal(Math.Min(size, 2), epochs.Count(own => own > 0));

        NormalizingVariationalFlowOptions Automatic()
        {
            var options = Options("none", epochs: 2);
            (options.Flow.Latent, options.Flow.EnsembleSize) = (FlowLatent.Automatic, 3);
            return options;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Processes_with_other_options_are_told(int flows)
    {
        var problem = Assert.Throws<InvalidOperationException>(() => ThreadGroup.Run(2, group =>
        {
            var options = Options("none");
            options.Flow.EnsembleSize = flows;
            (options.Training.Group, options.Training.Seed) = (group, group.Rank);
            Fit(options);
        }));
        Assert.Contains("different options", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_process_writes_checkpoints_that_all_go_on_from()
    {
        string folder = Directory.CreateTempSubdirectory("group").FullName;
        try
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => ThreadGroup.Run(2, group => Train(group, new Listener(report =>
            {
                if (report.Epoch == 2)
                    stop.Cancel();
            }), stop.Token)));
            var epochs = new List<int>();
            ThreadGroup.Run(2, group => Train(group, new Listener(report =>
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

    private static float[] Fit(NormalizingVariationalFlowOptions options) => Fit(options, out _);

    private static float[] Fit(NormalizingVariationalFlowOptions options, out TrainingReport report)
    {
        var ml = new MLContext(seed: 1);
        IDataView View(float[][] rows) => ml.Data.LoadFromEnumerable(FeatureRow.From(rows));
        using var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(View(s_rows));
        report = model.Report;
        return [.. model.Transform(View(s_test)).GetColumn<float>("LogDensity")];
    }
}
