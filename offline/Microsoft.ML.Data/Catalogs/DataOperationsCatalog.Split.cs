using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public TrainTestData TrainTestSplit(
        IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckParam(testFraction is > 0 and < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        if (samplingKeyColumnName is not null)
            throw _env.ExceptNotSupported("The offline stand-in of ML.NET cannot split by a sampling key.");
        // 42 is what the real one draws from without any seed.
        var number = (uint)(seed ?? ((IHostEnvironmentInternal)_env).Seed ?? 42);
        var host = _env.Register("Split");
        return new TrainTestData(
            new RandomSplitDataView(host, data, number, testFraction, isTestSet: false),
            new RandomSplitDataView(host, data, number, testFraction, isTestSet: true));
    }

    /// <summary>Both sides of a split.</summary>
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;

        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
