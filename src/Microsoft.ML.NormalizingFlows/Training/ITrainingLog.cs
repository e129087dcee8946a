using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Where training writes its messages.</summary>
internal interface ITrainingLog
{
    void Info(string message);

    void Warning(string message);
}

/// <summary>Writes the messages of training to a channel of ML.NET, which raises <see cref="MLContext.Log"/>.</summary>
internal sealed class ChannelLog(IChannel channel) : ITrainingLog
{
    public void Info(string message) => channel.Info(MessageSensitivity.None, message);

    public void Warning(string message) => channel.Warning(MessageSensitivity.None, message);
}
