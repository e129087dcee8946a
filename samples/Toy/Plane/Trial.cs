using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;

namespace PaperToys.Plane;

/// <summary>One training: which flow on which toy, from which seed.</summary>
internal sealed record Trial(ToyCase Case, FlowSize Size, Contender Contender, int Seed)
{
    /// <summary>The training points, as many as in the paper; as many more choose the epoch.</summary>
    public const int TrainingRows = 1_024;

    /// <summary>About how long it takes beside the others.</summary>
    public double Cost => (double)Size.Layers * (300 + Contender.Size.HiddenUnits * Contender.Size.HiddenUnits) * Contender.States;

    public static float[][] TrainingPoints(ToyCase toy, int seed) => toy.Draw(TrainingRows, 2 * seed);

    public TrialResult Run(TrainingChoice choice, PictureChoice? picture)
    {
        var ml = new MLContext(Seed);
        IDataView training = FeatureRow.View(ml, TrainingPoints(Case, Seed), dimensions: 2);
        IDataView validation = FeatureRow.View(ml, Case.Draw(TrainingRows, 2 * Seed + 1), dimensions: 2);
        var clock = Stopwatch.StartNew();
        var estimator = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            Flow =
            {
                Latent = FlowLatent.Discrete(Contender.States) with { EncoderHiddenUnits = FlowSize.EncoderHiddenUnits },
                Map = FlowMap.Affine,
                Pattern = FlowPattern.Coupling,
                Permutation = FlowPermutation.Reverse,
                Layers = Contender.Size.Layers,
                HiddenUnits = Contender.Size.HiddenUnits,
            },
            Training =
            {
                Epochs = choice.Epochs,
                Patience = choice.Epochs,
                BatchSize = choice.BatchSize,
                LearningRate = choice.LearningRate,
                Schedule = LearningRateSchedule.Cosine, // as the figures of the sample were made
                WeightAveraging = 0,
                Seed = Seed,
                Threads = 1, // trainings run side by side
            },
        });
        using var flow = new FittedFlow(ml, estimator.Fit(training, validation), clock.Elapsed);
        return new TrialResult(
            this, flow.LogDensities(Case.HeldOut), flow.Report, flow.TrainingTime, picture is null ? null : Draw(flow, picture));
    }

    private static Picture Draw(FittedFlow flow, PictureChoice choice)
    {
        float[][] samples = flow.Sample(choice.Samples, seed: 3);
        return new Picture(flow.LogDensities(choice.Grid), samples, flow.Clusters(samples));
    }
}
