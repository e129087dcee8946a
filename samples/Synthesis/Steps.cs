using Microsoft.ML.NormalizingFlows;

namespace SynthesisSample;

/// <summary>Passes steps on at once; <see cref="Progress{T}"/> would do so on other threads, out of order.</summary>
internal sealed class Steps(Action<QualityProgress> show) : IProgress<QualityProgress>
{
    public void Report(QualityProgress value) => show(value);
}
