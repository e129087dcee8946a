using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Where training writes its messages.</summary>
internal interface ITrainingLog
{
    void Info(string message);

    void Warning(string message);
}

/// <summary>
/// Writes the messages of training to a channel of ML.NET, which raises <see cref="MLContext.Log"/>, one after the other: trainings may go side by side.
/// </summary>
internal sealed class ChannelLog(IChannel channel) : ITrainingLog
{
    private static readonly Lock s_gate = new();

    public void Info(string message)
    {
        lock (s_gate)
            channel.Info(MessageSensitivity.None, message);
    }

    public void Warning(string message)
    {
        lock (s_gate)
            channel.Warning(MessageSensitivity.None, message);
    }
}
