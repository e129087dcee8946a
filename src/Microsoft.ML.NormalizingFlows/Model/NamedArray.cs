namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>One learned array: its name in the model, its shape, and its values in row-major order.</summary>
internal sealed record NamedArray(string Name, long[] Shape, float[] Values);
