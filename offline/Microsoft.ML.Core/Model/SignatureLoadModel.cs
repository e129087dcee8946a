namespace Microsoft.ML;

/// <summary>The signature of classes that load from a model file without further arguments.</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);
