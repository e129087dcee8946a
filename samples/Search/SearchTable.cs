using Microsoft.ML;
using Samples.Shared;
using Samples.Shared.Cars;
using Samples.Shared.Tables;

namespace SearchSample;

/// <summary>
/// Rows in three parts: trials are trained on the first and compared on the second; the third is for the verdict alone, since the best of
/// many trials is better on the rows that chose it than on others.
/// </summary>
internal sealed record SearchTable(string Name, IReadOnlyList<string> Columns, IDataView Train, IDataView Validation, IDataView Test)
{
    private const int MinimumRows = 200;

    public static SearchTable Read(MLContext ml, string? csv)
    {
        if (csv is null)
        {
            var cars = new CarMarket(seed: 1).Draw(4_000, wrong: 0).Where(car => car.Mileage is not null);
            float[][] numbers = [.. cars.Select(car => new[] { (float)car.Age, (float)car.Mileage!.Value, (float)car.Power, (float)car.Price })];
            return Split(ml, "used cars", ["Age", "Mileage", "Power", "Price"], numbers);
        }
        if (!File.Exists(csv))
            throw new FileNotFoundException($"There is no file {csv}.");
        NumericTable table = NumericTable.Read(csv);
        return table.Rows.Count >= MinimumRows ? Split(ml, Path.GetFileName(csv), table.Columns, [.. table.Rows]) : throw new InvalidDataException(
            $"{table.Rows.Count} complete rows are too few to compare options on; at least {MinimumRows} are needed.");
    }

    private static SearchTable Split(MLContext ml, string name, IReadOnlyList<string> columns, float[][] rows)
    {
        new Random(1).Shuffle(rows);
        int validation = rows.Length / 5, test = rows.Length / 5, train = rows.Length - validation - test;
        return new SearchTable(name, columns, View(rows[..train]), View(rows[train..^test]), View(rows[^test..]));

        IDataView View(float[][] part) => FeatureRow.View(ml, part, columns.Count);
    }
}
