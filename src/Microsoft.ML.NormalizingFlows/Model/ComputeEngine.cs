namespace Microsoft.ML.NormalizingFlows;

/// <summary>The code that trains and evaluates a flow. Both give the same results up to rounding, and read each other's models.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Training = { Engine = ComputeEngine.Managed, Threads = 1 } };     // never LibTorch
/// </code>
/// </example>
public enum ComputeEngine
{
    /// <summary><see cref="Managed"/> on the CPU where it has every layer of the flow, else <see cref="TorchSharp"/>.</summary>
    Automatic,

    /// <summary>Vectorised .NET code, on the CPU alone: many times faster there for tables of usual size, and without LibTorch.</summary>
    Managed,

    /// <summary>TorchSharp, on the CPU or a GPU: the reference. The application must reference a package with LibTorch.</summary>
    TorchSharp,
}
