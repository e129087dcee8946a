namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Where training writes its messages.</summary>
internal interface ITrainingLog
{
    void Info(string message);

    void Warning(string message);
}
