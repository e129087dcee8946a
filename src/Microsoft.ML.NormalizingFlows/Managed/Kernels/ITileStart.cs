namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>A <see cref="ProductStart"/> that the compiler knows.</summary>
internal interface ITileStart
{
    static abstract ProductStart Start { get; }
}

internal readonly struct FromZero : ITileStart { public static ProductStart Start => ProductStart.Zero; }

internal readonly struct FromTarget : ITileStart { public static ProductStart Start => ProductStart.Target; }

internal readonly struct FromBias : ITileStart { public static ProductStart Start => ProductStart.Bias; }
