using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Tells whether a checkpoint belongs to a training: the same options, plan and training rows.</summary>
internal static class Fingerprint
{
    /// <summary>A hash over everything that decides the result of training.</summary>
    public static string Of(FlowArchitecture architecture, TrainingSettings settings, TrainingPlan plan, TrainingData data)
    {
        // What every flow and plan was before there was anything else is left out, so that earlier checkpoints stay good; and what follows from the rest.
        string shape = architecture.ToString()
            .Replace($"{nameof(FlowArchitecture.BaseComponents)} = 1, ", "")
            .Replace($"{nameof(FlowArchitecture.GaussianStates)} = {false}, ", "")
            .Replace($", {nameof(FlowArchitecture.HasEncoderNetwork)} = {architecture.HasEncoderNetwork}", "");
        string steps = plan.ToString().Replace($", {nameof(TrainingPlan.Schedule)} = {LearningRateSchedule.Cosine}", "");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string options = FormattableString.Invariant(
            $"{shape} {steps} {settings.Objective} {settings.KMeansStart} {settings.BatchSize} {settings.WeightDecay} {settings.GradientClip} {data.Count}");
        // Likewise what no training had before there was anomaly detection.
        if (settings.KeepsLast || settings.Smoothing > 0 || settings.StartsFromGaussian)
            options += FormattableString.Invariant($" {settings.KeepsLast} {settings.Smoothing} {settings.StartsFromGaussian}");
        if (settings.WeightAveraging > 0)
            options += FormattableString.Invariant($" average {settings.WeightAveraging}");
        hash.AppendData(Encoding.UTF8.GetBytes(options));
        hash.AppendData(MemoryMarshal.AsBytes(data.Resident.Values));
        hash.AppendData(MemoryMarshal.AsBytes(data.Validation.Values));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
