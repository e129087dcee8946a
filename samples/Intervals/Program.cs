using System.Globalization;
using IntervalsSample;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

if (args is not [var path, ..] || path == "--help" || args.Length > 2)
{
    Console.WriteLine("""
        Predicts the fine dust of an hour in Beijing a day ahead, as a whole distribution: intervals that hold what they promise.

          Intervals TABLE.csv [FIGURE.svg]    the table 'Beijing PM2.5' of the UCI repository; the figure goes to intervals.svg
        """);
    return args is ["--help"] ? 0 : 2;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    // Four years to learn from, of which every tenth day tells when to stop, and the fifth to judge by.
    List<AirHour> hours = AirHour.Read(path);
    AirHour[] test = [.. hours.Where(hour => hour.Time.Year == 2014)];
    AirHour[] held = [.. hours.Where(hour => hour.Time.Year < 2014 && hour.Time.DayOfYear % 10 == 0)];
    AirHour[] train = [.. hours.Where(hour => hour.Time.Year < 2014 && hour.Time.DayOfYear % 10 != 0)];
    Console.WriteLine($"{train.Length} hours to learn from, {held.Length} held out, {test.Length} of the next year to judge by");
    var ml = new MLContext(seed: 1);
    IDataView View(AirHour[] rows) => ml.Data.LoadFromEnumerable(rows);

    using NormalizingVariationalFlowTransformer flow = Methods.Flow(ml, View(train), View(held));
    Forecast[] forecasts =
    [
        Methods.OfFlow(flow, View(test)),
        Methods.OneNormal(ml, View(train), View(held), View(test)),
        Methods.Forest(ml, View(train), View(test)),
        new("linear quantiles", LinearQuantiles.Of(train, test)),
    ];
    var table = new TextTable("method", "in 50 %", "in 90 %", "width of 90 %", "pinball loss");
    foreach (Forecast forecast in forecasts)
        table.Add(forecast.Name, $"{100 * forecast.Coverage(0.5, test):F1} %", $"{100 * forecast.Coverage(0.9, test):F1} %", $"{forecast.Width(0.9):F0}", $"{forecast.PinballLoss(test):F2}");
    Console.WriteLine("\nThe hours within the intervals that are to hold 50 and 90 % of them, how wide the wider ones are, and how far quantiles are off");
    table.Print();

    // What is to be predicted need not be there: an hour of tomorrow has no dust yet.
    IDataView tomorrow = ml.Data.LoadFromEnumerable([new Tomorrow { Known = test[0].Known }]);
    float[] quantiles = flow.Transform(tomorrow).GetColumn<float[]>("Quantiles").First();
    Console.WriteLine($"\n{test[0].Time:yyyy-MM-dd HH}:00: nine in ten between {AirHour.Dusty(quantiles[0]):F0} and {AirHour.Dusty(quantiles[^1]):F0}, median {AirHour.Dusty(quantiles[9]):F0}; it was {test[0].Dust:F0}");
    string figure = args.Length > 1 ? args[1] : "intervals.svg";
    IntervalFigure.Save(figure, test, forecasts);
    Console.WriteLine($"Picture: {Path.GetFullPath(figure)}");
    return 0;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or InvalidDataException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
