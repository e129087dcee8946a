using Microsoft.Data.Analysis;
using Microsoft.ML;

namespace SynthesisBenchmark.Generators;

/// <summary>Learns a table and draws rows like it.</summary>
internal interface IGenerator
{
    /// <param name="table">Columns of Double and of text.</param>
    /// <param name="cancellation">Stops it.</param>
    void Learn(DataFrame table, CancellationToken cancellation);

    /// <summary>Rows of the same columns.</summary>
    IDataView Sample(int rows, int seed);

    /// <summary>The mean log-density of rows in nats; NaN where there is none.</summary>
    double LogDensity(DataFrame rows) => double.NaN;
}
