namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>What all conditioners of a flow have in common.</summary>
/// <param name="HiddenUnits">Units of each hidden layer, 1 or more.</param>
/// <param name="Blocks">Residual blocks, 0 or more.</param>
/// <param name="ContextWidth">Columns of the context, 0 for none.</param>
/// <param name="Dropout">Share of hidden activations dropped while training, in [0, 1).</param>
internal sealed record NetworkShape(int HiddenUnits, int Blocks, int ContextWidth = 0, double Dropout = 0);
