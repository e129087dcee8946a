using Microsoft.ML.NormalizingFlows;

namespace PaperToys.Plane;

/// <summary>How every flow is trained.</summary>
internal sealed record TrainingChoice(int Epochs, int BatchSize, double LearningRate);

/// <summary>What a picture needs of a flow: its density on a grid, and samples.</summary>
internal sealed record PictureChoice(float[][] Grid, int Samples);

/// <summary>The log-density at each point of the grid; the samples and the most likely latent state of each, from 1.</summary>
internal sealed record Picture(double[] LogDensities, float[][] Samples, int[] States);

/// <summary>What came out of one training.</summary>
/// <param name="Trial">Which.</param>
/// <param name="LogDensities">Of the held-out rows of the toy.</param>
/// <param name="Report">The library's own report.</param>
/// <param name="Time">What training took on one thread.</param>
/// <param name="Picture">Only where it was asked for.</param>
internal sealed record TrialResult(Trial Trial, double[] LogDensities, TrainingReport Report, TimeSpan Time, Picture? Picture);
