using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Tells whether a checkpoint belongs to a training: the same options, plan and training rows.</summary>
internal static class Fingerprint
{
    /// <summary>A hash over everything that decides the result of training.</summary>
    public static string Of(FlowSpec spec, ulong seed, double dropout, TrainingSettings settings, TrainingPlan plan, TrainingData data)
    {
        // How much fits into a time is not known beforehand, nor the same each time.
        string length = settings.Time is null ? FormattableString.Invariant($"{plan.Epochs} {plan.Patience} {plan.Steps} {plan.StartSteps}") : "by time";
        string options = FormattableString.Invariant(
            $"{spec.ToJson()} {seed} {dropout} {length} {plan.LearningRate} {plan.Schedule} {settings.Objective} {settings.KMeansStart} {settings.BatchSize} {settings.WeightDecay} {settings.GradientClip} {settings.KeepsLast} {settings.Noise} {settings.StartsFromGaussian} {settings.WeightAveraging} {data.Count}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(options));
        hash.AppendData(MemoryMarshal.AsBytes(data.Resident.Values));
        hash.AppendData(MemoryMarshal.AsBytes(data.Validation.Values));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Compares that of each process of a group.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static void Compare(TrainingGroup group, string fingerprint)
    {
        if (!group.Agrees(Convert.ToInt64(fingerprint[..10], 16)))
            throw new InvalidOperationException("The processes of Training.Group have different options: give all of them the same table, options and Training.Seed.");
    }
}
