using Microsoft.Data.Analysis;
using Microsoft.ML;

namespace SynthesisBenchmark.Generators;

/// <summary>A control: every value is that of some training row, each column by itself, so that columns are met and their dependence is lost.</summary>
internal sealed class IndependentGenerator : IGenerator
{
    private ColumnValues[] _columns = [];

    public void Learn(DataFrame table, CancellationToken cancellation) => _columns = ColumnValues.Of(table);

    public IDataView Sample(int rows, int seed)
    {
        var random = new Random(seed);
        return new DataFrame(_columns.Select(column => column.Build(rows, _ => random.Next(column.Count))));
    }
}
