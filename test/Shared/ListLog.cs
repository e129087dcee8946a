using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Keeps the messages of a training.</summary>
internal sealed class ListLog : ITrainingLog
{
    public List<string> Infos { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Info(string message) => Infos.Add(message);

    public void Warning(string message) => Warnings.Add(message);
}
