using System.Globalization;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// Finds clusters of any shape: a flow with many latent states learns the density of the rows, and the states are merged to clusters by
/// how readily rows of one could belong to another. Made by
/// <see cref="NormalizingFlowsClusteringCatalog.NormalizingVariationalFlow(ClusteringCatalog.ClusteringTrainers, NormalizingVariationalFlowClusteringOptions)"/>.
/// </summary>
/// <remarks>
/// The clusters of moons, rings or pinwheels are no spheres, and no mixture with one component a cluster finds them; several components a
/// cluster do, if one knows which belong together (Hennig 2010; Baudry et al. 2010). Here the states form a Markov chain, which is run
/// until it forgets where in a cluster it started; what it then remembers is the clusters (Tishby and Slonim 2000).
/// </remarks>
/// <example>
/// <code>
/// using var model = ml.Clustering.Trainers.NormalizingVariationalFlow("Features", numberOfClusters: 5).Fit(table);
/// IDataView scored = model.Transform(table);     // + PredictedLabel, Score, Probabilities
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowClusteringTrainer : IEstimator<NormalizingVariationalFlowClusteringTransformer>
{
    private const int UsualRestarts = 3;
    private const int MaximumRows = 100_000;
    private readonly IHostEnvironment _environment;
    private readonly NormalizingVariationalFlowClusteringOptions _options;

    internal NormalizingVariationalFlowClusteringTrainer(IHostEnvironment environment, NormalizingVariationalFlowClusteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _environment = environment;
        _options = options.Copy();
    }

    /// <summary>Finds clusters in <paramref name="input"/>; a part of its rows is held out to choose the best epoch.</summary>
    /// <param name="input">The training rows; only the feature column is read.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">The rows cannot be trained on: there are fewer than clusters, or one is not finite.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled and <see cref="TrainingOptions.WhenCancelled"/> says to throw.</exception>
    public NormalizingVariationalFlowClusteringTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var feature = FeatureColumn.Find(input.Schema, _options.FeatureColumnName);
        long count = Count(input);
        int states = ClusteringSize.States(_options, count), epochs = ClusteringSize.Epochs(_options, count);
        using var channel = _environment.Register("NormalizingVariationalFlowClustering").Start("Training");
        if (FrameNulls.WarningOf(input) is string warning)
            channel.Warning(MessageSensitivity.Schema, warning);
        var flows = Train(input, feature, states, epochs, channel);
        var best = flows.MaxBy(flow => flow.Report.ValidationLogDensity)!;
        var rows = Read(input, feature, FeatureOrigin.Of(best.Columns.OriginOf(best.Dimensions)), count);
        var posteriors = Posteriors.Of(best, rows);
        IReadOnlyList<ClusterCandidate>? candidates = null;
        int clusters = _options.NumberOfClusters ?? 0;
        if (_options.NumberOfClusters is null)
        {
            var choice = new ClusterNumberChoice(_environment, _options, Restarts);
            (candidates, clusters) = choice.Choose(flows, flow => flow == best ? posteriors : Posteriors.Of(flow, rows), posteriors, rows);
            foreach (var (number, agreement, logDensity) in candidates)
            {
                string alike = agreement is null ? "" : FormattableString.Invariant($", agreement {agreement:F3}");
                string likely = logDensity is null ? "" : FormattableString.Invariant($", held-out log-density {logDensity:F4} nats");
                channel.Info(MessageSensitivity.None, $"{number} clusters{alike}{likely}.");
            }
            if (ClusterCount.Doubt(candidates) is { } doubt)
                channel.Warning(MessageSensitivity.None, doubt);
        }
        foreach (var flow in flows.Where(flow => flow != best))
            flow.Dispose();
        var report = Group(posteriors, clusters) with { Candidates = candidates };
        Tell(report, channel);
        return new NormalizingVariationalFlowClusteringTransformer(best, ClusterColumns.Of(_options), report);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and those that the transformer will add, with their annotations.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <returns>The columns that there will be after the transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        FeatureColumn.Check(inputSchema, _options.FeatureColumnName);
        // A shape does not tell sizes, so any number of clusters gives the same.
        return SchemaShapes.With(inputSchema, new ClusterOutputs([0], clusters: 1).Create(ClusterColumns.Of(_options), scoreSet: 1));
    }

    private int Restarts => _options.Restarts ?? (_options.NumberOfClusters is null ? UsualRestarts : 1);

    private List<NormalizingVariationalFlowTransformer> Train(IDataView input, DataViewSchema.Column feature, int states, int epochs, IChannel channel)
    {
        int restarts = Restarts;
        ulong seed = Environments.Seed(_environment, _options.Training.Seed);
        if (restarts > 1)
            channel.Info(MessageSensitivity.None, $"{restarts} flows, {states} latent states.");
        var device = _options.Training.Device(_environment);
        var options = _options.Flow.Copy();
        options.Latent = Latent(states);
        var spec = OptionsTranslation.Architecture(options, _options.Training, FeatureColumn.Size(feature), seed).ToSpec();
        bool apart = restarts > 1 && SideBySide.IsPossible(spec, device);
        var share = apart ? SideBySide.ShareOf(device, restarts) : device;
        var gate = new Lock();
        bool cancelled = false;
        int atOnce = apart ? Math.Min(restarts, SideBySide.Threads(device)) : 1, turns = (restarts + atOnce - 1) / atOnce;
        var time = _options.Training.TimeLimit;
        // Restarts side by side share their time.
        Lazy<TimeLimit?>[] parts = [.. Enumerable.Range(0, turns).Select(turn => new Lazy<TimeLimit?>(() => time?.Part(1.0 / (turns - turn))))];
        var flows = SideBySide.Run(restarts, atOnce, Restart);
        return [.. flows.OfType<NormalizingVariationalFlowTransformer>()];

        NormalizingVariationalFlowTransformer? Restart(int i)
        {
            if (cancelled)
                return null;
            var training = _options.Training.Copy();
            training.Epochs = epochs;
            training.Seed = unchecked((int)EnsembleEvaluator.Seed(seed, i));
            training.Progress = RestartProgress.Of(training.Progress, i, restarts, turns - 1 - i / atOnce);
            if (training.CheckpointFolder is { } folder && restarts > 1)
                training.CheckpointFolder = Path.Combine(folder, $"restart-{i + 1}");
            var flow = new NormalizingVariationalFlowOptions { FeatureColumnName = _options.FeatureColumnName, Flow = options.Copy(), Training = training };
            var model = new NormalizingVariationalFlowEstimator(_environment, flow, TrainOnShare).Fit(input);
            cancelled |= model.Report.Cancelled;
            return model;

            // What scores has all threads again.
            FlowModel TrainOnShare(
                FlowArchitecture architecture, TrainingSettings settings, IRowSource rows, IRowSource? validation, FlowModel? warmStart, ITrainingLog log) =>
                FlowTrainer.Train(
                    architecture, settings with { Device = share, Time = parts[i / atOnce].Value }, rows, validation, warmStart, restarts > 1 ? new SharedLog(log, gate, $"Flow {i + 1}: ") : log);
        }
    }

    // As many states as the rows allow; clusters are found better where each has a shift and scale of its own.
    private FlowLatent Latent(int states) => _options.Flow.Latent switch
    {
        MixtureFlowLatent mixture => mixture with { States = states },
        DiscreteFlowLatent discrete => discrete with { States = states, StateStandardization = discrete.StateStandardization ?? true },
        _ => FlowLatent.Discrete(states) with { StateStandardization = true },
    };

    private static long Count(IDataView view)
    {
        if (view.GetRowCount() is { } known)
            return known;
        long rows = 0;
        using var cursor = view.GetRowCursor([]);
        while (cursor.MoveNext())
            rows++;
        return rows;
    }

    // Every row, or of a long table every n-th: the overlap of states is no finer than that.
    private static RowTable Read(IDataView input, DataViewSchema.Column feature, FeatureOrigin origin, long count)
    {
        var source = new FiniteRows(new ViewRowSource(input, feature, origin), NonFiniteRows.Drop);
        var rows = new RowTable(source.Dimensions);
        var row = new float[source.Dimensions];
        long stride = (count + MaximumRows - 1) / MaximumRows;
        using var reader = source.Open();
        for (long i = 0; reader.Read(row); i++)
        {
            if (i % stride == 0)
                rows.Add(row);
        }
        return rows;
    }

    private static ClusteringReport Group(Posteriors posteriors, int clusters)
    {
        int[] clusterOfState = StateGrouping.Find(posteriors.Chain, clusters);
        int[] ownState = [.. Enumerable.Range(0, posteriors.States)];
        var usedStates = posteriors.Clusters(ownState).ToHashSet();
        var rows = posteriors.Clusters(clusterOfState).CountBy(cluster => cluster).ToDictionary();
        return new ClusteringReport
        {
            Shares = [.. Enumerable.Range(0, clusters).Select(cluster => rows.GetValueOrDefault(cluster) / (double)posteriors.Rows)],
            ClusterOfState = clusterOfState,
            UnusedStates = [.. ownState.Where(state => !usedStates.Contains(state))],
        };
    }

    private static void Tell(ClusteringReport report, IChannel channel)
    {
        int states = report.ClusterOfState.Count, clusters = report.Shares.Count;
        channel.Info(
            MessageSensitivity.None,
            $"{states} latent states, {states - report.UnusedStates.Count} of them used, give {clusters} clusters: {string.Join(", ", report.Shares.Select(share => share.ToString("P1", CultureInfo.InvariantCulture)))} of the rows.");
        if (report.UnusedClusters() is { Count: > 0 } unused)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{unused.Count} of {clusters} clusters are empty: the rows do not fall apart into so many; choose a smaller NumberOfClusters, or more states (Flow.Latent).");
        }
    }
}
