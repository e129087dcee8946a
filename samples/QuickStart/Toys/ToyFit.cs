using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;
using Samples.Shared.Terminal;
using Samples.Shared.Toys;

namespace QuickStart.Toys;

/// <summary>The two flows fitted to one toy, of about the same number of learned values, and the rows to judge them by.</summary>
internal sealed class ToyFit : IDisposable
{
    private const int TrainingRows = 5_000;
    private const int HeldOutRows = 10_000;

    public ToyFit(MLContext ml, Toy toy)
    {
        Toy = toy;
        HeldOut = toy.Draw(HeldOutRows, seed: 2);
        HeldOutFeatures = Features(HeldOut);
        IDataView training = FeatureRow.View(ml, Features(toy.Draw(TrainingRows, seed: 1)), dimensions: 2);
        // The plain flow has neither context nor encoder and gets wider conditioners instead.
        Plain = Fit(ml, training, "plain flow", states: 1, hiddenUnits: 44);
        Nvf = Fit(ml, training, "NVF", states: 8, hiddenUnits: 32);
    }

    public Toy Toy { get; }

    public FittedFlow Plain { get; }

    public FittedFlow Nvf { get; }

    public ToyPoint[] HeldOut { get; }

    public float[][] HeldOutFeatures { get; }

    public void Dispose()
    {
        Plain.Dispose();
        Nvf.Dispose();
    }

    private static float[][] Features(ToyPoint[] points) => [.. points.Select(p => new[] { (float)p.X, (float)p.Y })];

    private FittedFlow Fit(MLContext ml, IDataView training, string flow, int states, int hiddenUnits)
    {
        var progress = new ProgressLine($"{Toy.Name}, {flow}");
        var clock = Stopwatch.StartNew();
        var estimator = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            Flow =
            {
                // Each state starts at a cluster of its own; to a plain flow that is nothing.
                Latent = FlowLatent.Discrete(states) with { StateStandardization = true },
                Map = FlowMap.Affine,
                Pattern = FlowPattern.Coupling,
                Permutation = FlowPermutation.Reverse,
                Layers = 4,
                HiddenUnits = hiddenUnits,
            },
            Training = { Epochs = 50, LearningRate = 8e-3, Progress = progress },
        });
        var fitted = new FittedFlow(ml, estimator.Fit(training), clock.Elapsed);
        progress.Done($"{fitted.Report.Epochs} epochs, {fitted.Report.Steps} steps in {fitted.TrainingTime.TotalSeconds:F0} s");
        return fitted;
    }
}
