namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>What <c>mlContext.Model.ConvertToOnnx</c> says of what cannot be written.</summary>
internal static class OnnxRefusal
{
    /// <param name="what">What cannot be written, behind which the sentence goes on.</param>
    public static NotSupportedException Of(string what) => new(
        $"{char.ToUpperInvariant(what[0])}{what[1..]} cannot be written as ONNX: save the pipeline with mlContext.Model.Save, or convert only what stands in front of it.");
}
