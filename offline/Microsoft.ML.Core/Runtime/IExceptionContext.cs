namespace Microsoft.ML.Runtime;

/// <summary>Sees every exception that a component raises.</summary>
public interface IExceptionContext
{
    string ContextDescription { get; }

    TException Process<TException>(TException ex)
        where TException : Exception;
}
