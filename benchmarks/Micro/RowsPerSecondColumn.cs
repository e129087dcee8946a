using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Micro;

/// <summary>Rows that are done in a second, for benchmarks with a parameter <c>Rows</c>; their times are those of all rows.</summary>
internal sealed class RowsPerSecondColumn : IColumn
{
    private const string Parameter = "Rows";

    public string Id => nameof(RowsPerSecondColumn);

    public string ColumnName => "Rows/s";

    public string Legend => "Rows done in a second, by the mean";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(one => Rows(one) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        Rows(benchmarkCase) is int rows && summary[benchmarkCase]?.ResultStatistics is { } nanoseconds
            ? (1e9 * rows / nanoseconds.Mean).ToString("N0", CultureInfo.InvariantCulture)
            : "-";

    private static int? Rows(BenchmarkCase one) =>
        one.Parameters.Items.FirstOrDefault(parameter => parameter.Name == Parameter)?.Value as int?;
}
