using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>One message, as <see cref="MLContext.Log"/> delivers it.</summary>
public class LoggingEventArgs : EventArgs
{
    public LoggingEventArgs(string message) => Message = message;

    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
        : this($"[Source={source}, Kind={kind}] {message}")
    {
        RawMessage = message;
        Kind = kind;
        Source = source;
    }

    public string Source { get; }

    public ChannelMessageKind Kind { get; }

    public string Message { get; }

    public string RawMessage { get; }
}
