using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowAnomalyOptions;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// The steps of <see cref="NormalizingVariationalFlowAnomalyTrainer"/>: some rows are held out; of the others those far out are left out
/// (<see cref="TrimmedCore"/>); a flow that starts as the Gaussian of what is left is trained for a fixed time on rows with noise as wide as
/// they lie apart (<see cref="KernelBandwidth"/>) (further ones with less where all rows are good), so that the held-out rows decide nothing of it. Beside the flow, a sample of the rows that are trained on
/// is kept (<see cref="LocalStates"/>), Gaussians are fitted to it (<see cref="GaussianView"/>), features that nearly follow from others are found in it (<see cref="LinearRelations"/>), and where some may be anomalies, a forest is
/// grown on it (<see cref="IsolationForest"/>). The scores of the held-out rows make p-values and the threshold.
/// </summary>
internal sealed class AnomalyTraining(
    IHostEnvironment environment, Options options, DataViewSchema.Column feature, FeatureOrigin origin, TrainFlow train, ITrainingLog log)
{
    /// <summary>Rows that the trimmed core and the noise are found by, and the prototypes of local states.</summary>
    private const int SampleRows = LocalStates.MaximumPrototypes;

    /// <summary>
    /// Noise, in widths that kernels would have. Where training rows may be anomalies, another is to be far from where rows are in numbers, which takes a
    /// coarser view than the density of single rows; where all are good, it is the width that makes each most likely. Never more than <see cref="MaximumNoise"/>.
    /// </summary>
    private double Coarseness => options.Contamination == 0 ? 1 : 2;

    private const double MaximumNoise = 0.5;

    /// <summary>
    /// Of three flows, the noise of the last beside that of the first. A width that suits most features hides what lies close in a few of them, such as a ring:
    /// so some see finer where all rows are good. Where some may be anomalies, by less noise these become places of their own.
    /// </summary>
    private double FinestNoise => options.Noise is null && options.Contamination == 0 ? 0.25 : 1;

    /// <summary>A share of the rows that is worth a warning where it is left out and none was said.</summary>
    private const double ManyLeftOut = 0.15;

    /// <summary>Features that a message names.</summary>
    private const int MaximumNamed = 4;

    private readonly ulong _seed = Environments.Seed(environment, options.Training.Seed);

    public NormalizingVariationalFlowAnomalyTransformer Complete(IRowSource source)
    {
        var rows = new FiniteRows(source, options.Training.NonFiniteRows);
        long count = Count(rows);
        long heldOut = HeldOutShare.Rows(count, options, leftOut: () => Count(source) - count);
        var flowOptions = AnomalyFlowRule.Complete(options.Flow, count - heldOut, rows.Dimensions);
        var trainingOptions = AnomalyFlowRule.Complete(options.Training, count - heldOut, rows.Dimensions);
        CheckpointFolder.Check(trainingOptions.CheckpointFolder);
        var device = trainingOptions.Device(environment);
        var judged = new DrawnRows(rows, count, heldOut, _seed, others: false);
        var (training, noise, sample) = Prepare(new DrawnRows(rows, count, heldOut, _seed, others: true));
        var model = train(
            OptionsTranslation.Architecture(flowOptions, trainingOptions, rows.Dimensions, _seed),
            OptionsTranslation.Settings(flowOptions, trainingOptions, device) with
            {
                KeepsLast = true,
                Noise = noise,
                FinestNoise = FinestNoise,
                StartsFromGaussian = true,
            },
            training, judged, null, log);
        var columns = FlowColumns.Of(new NormalizingVariationalFlowOptions { Flow = flowOptions }).Of(feature, origin.Values);
        var flow = new NormalizingVariationalFlowTransformer(environment, new FlowFile(columns, model), device);
        var table = TrainingData.ReadSample(judged, int.MaxValue, RandomStream.For(_seed, "all held-out rows"), null);
        for (int row = 0; row < table.Count; row++)
            model.MarkConstants(table[row]);
        var views = options.Score == AnomalyScore.Surprise ? Views(flow, sample, source) : null;
        var evaluator = SurpriseEvaluator.Of(flow, views);
        var judge = AnomalyJudge.Of(
            options.Score, LogDensities(flow, evaluator, table), options.FalsePositiveRate, options.Contamination,
            views is null ? null : LogDensities(flow, flow.Evaluator, table));
        log.Info(FormattableString.Invariant(
            $"{table.Count} held-out rows, {table.Count - judge.HeldOut.Count} of which are taken for anomalies: scores above {judge.Threshold:F4} are anomalies, a false-positive rate of {options.FalsePositiveRate}."));
        return new NormalizingVariationalFlowAnomalyTransformer(flow, AnomalyColumns.Of(options), judge, UsualValues.Of(table), views, evaluator);
    }

    /// <summary>The rows to train on, the noise to add to them, and a sample of them.</summary>
    private (IRowSource Rows, double Noise, RowTable Sample) Prepare(IRowSource rows)
    {
        var sample = TrainingData.ReadSample(rows, SampleRows, RandomStream.For(_seed, "sample for the bulk"), null);
        if (options.Contamination != 0 && sample.Count > 1)
        {
            var core = new TrimmedCore(sample, options.Contamination);
            double share = 1 - (double)core.Rows.Count / sample.Count;
            if (options.Contamination is null && share >= ManyLeftOut)
                log.Warning(FormattableString.Invariant($"{share:P0} of the training rows are so far from the others that they are taken for anomalies and are not trained on: if all are good, say {nameof(options.Contamination)} = 0, else their share."));
            (rows, sample) = (new KeptRows(rows, core), core.Rows);
        }
        double noise = options.Noise ?? Math.Min(MaximumNoise, Coarseness * KernelBandwidth.Of(sample));
        log.Info(FormattableString.Invariant($"Rows are trained on with noise of {noise:F2} standard deviations of each feature{(FinestNoise < 1 ? FormattableString.Invariant($", down to {FinestNoise * noise:F2} for the last of several flows") : "")}."));
        return (rows, noise, sample);
    }

    /// <summary>What makes the oddness of rows to the flow and among the sample comparable, by the sample itself: so p-values of other rows stay exact.</summary>
    private SurpriseViews Views(NormalizingVariationalFlowTransformer flow, RowTable sample, IRowSource source)
    {
        var local = LocalStates.Of(sample, options.Contamination, out float[] views);
        var scales = new List<SurpriseScale> { SurpriseScale.Of(LogDensities(flow, flow.Evaluator, sample).Select(density => -density)) };
        for (int i = 0; i < local.Views; i++)
            scales.Add(SurpriseScale.Of(views.Where((_, place) => place % local.Views == i)));
        var forest = local.HasRatio ? null : IsolationForest.Of(sample, RandomStream.For(_seed, "isolation"));
        if (forest is not null)
            scales.Add(SurpriseScale.Of(Enumerable.Range(0, sample.Count).Select(row => forest.Oddness(sample[row]))));
        log.Info(FormattableString.Invariant($"{local.Count} training rows are kept in the model; the distance to the nearest {local.Neighbours} of them counts."));
        var prototypes = local.Prototypes();
        var relations = LinearRelations.Of(prototypes, local.Scale, options.Contamination ?? LocalStates.UnknownShare);
        if (relations is not null)
            log.Info($"Nearly a linear function of features before it: {NameList.Of(relations.Residuals.Select(residual => source.SlotName(residual.Feature)), MaximumNamed)}. Rows that break this are odd.");
        var gaussians = GaussianView.Of(prototypes, RandomStream.For(_seed, "Gaussians of the detector"));
        if (gaussians is not null)
            log.Info(FormattableString.Invariant($"Beside the flow stands a mixture of Gaussians, {gaussians.Mixture.Components.Count - 1} of them by held-out rows."));
        return new SurpriseViews(local, forest, scales, relations, gaussians);
    }

    private static long Count(IRowSource rows)
    {
        var row = new float[rows.Dimensions];
        using var reader = rows.Open();
        long count = 0;
        while (reader.Read(row))
            count++;
        return count;
    }

    private static float[] LogDensities(NormalizingVariationalFlowTransformer flow, SharedEvaluator evaluator, RowTable rows)
    {
        var densities = new float[rows.Count];
        var scores = new FlowScores(flow.Model.Shape, FlowOutputs.LogDensity, BatchSizes.Maximum(rows.Dimensions))
        {
            PrunedProbability = flow.Columns.PrunedProbability,
        };
        evaluator.ScoreBlocks(rows.Values, rows.Dimensions, scores, (start, count) => scores.LogDensity.AsSpan(0, count).CopyTo(densities.AsSpan(start)));
        return densities;
    }
}
