namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>How a training of cells went.</summary>
/// <param name="Epochs">Run.</param>
/// <param name="BestEpoch">The one whose weights were kept, from 1; 0 where none was better than the start.</param>
/// <param name="HeldOutLogProbability">Mean ln P(x) of the cells of the held-out rows.</param>
/// <param name="Parameters">Learned numbers.</param>
/// <param name="Cancelled">Whether it was.</param>
internal sealed record CellTrainingReport(int Epochs, int BestEpoch, double HeldOutLogProbability, long Parameters, bool Cancelled);
