using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Plots;
using Samples.Shared.Terminal;
using SynthesisSample;

if (args is ["--help"])
{
    Console.WriteLine("Synthesis [REPORT.html]   learns 8,000 generated bookings, draws others like them, and reports how good they are; default synthesis.html");
    return 0;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string page = args.Length > 0 ? args[0] : "synthesis.html";
var ml = new MLContext(seed: 1);
IDataView real = ml.Data.LoadFromEnumerable(Hotel.Draw(8_000, seed: 1)), unseen = ml.Data.LoadFromEnumerable(Hotel.Draw(2_000, seed: 2));

// What no program can tell from the rows; the rest is detected.
var progress = new ProgressLine("training");
var options = new SynthesizerOptions
{
    Columns =
    {
        ["Id"] = new() { Unique = true },
        ["Booked"] = new() { NotAbove = ["Arrival"] },
        ["Price"] = new() { Step = 0.5, Positive = true },
    },
    Seed = 1,
    Progress = progress,
};
SynthesizerTransformer synthesizer = ml.Data.Synthesizer(options).Fit(real);
progress.Done("bookings are learned");

// Rows of the same class: they are drawn while they are read, any number in little memory.
const int Count = 100_000;
IDataView synthetic = synthesizer.Sample(Count, seed: 7);
var status = new StatusLine();
int read = 0, early = 0, impossible = 0;
foreach (Booking booking in ml.Data.CreateEnumerable<Booking>(synthetic, reuseRowObject: true))
{
    early += (booking.Arrival - booking.Booked).TotalDays > 60 ? 1 : 0;
    impossible += booking.Booked > booking.Arrival || booking.Price <= 0 || booking.Cancelled && !float.IsNaN(booking.Rating) ? 1 : 0;
    if (++read % 5_000 == 0)
        status.Show("drawing", read / (double)Count, $"{read:N0} of {Count:N0} bookings");
}
status.Done($"drawing  {Count:N0} bookings, {100.0 * early / Count:F1} % more than 60 days ahead, {impossible} impossible ones (that a cancelled stay has no rating was not told, but found)");

// The same as a DataFrame.
DataFrame frame = synthesizer.Sample(6, seed: 8).ToDataFrame(-1);
var table = new TextTable([.. frame.Columns.Select(column => column.Name)]);
for (long row = 0; row < frame.Rows.Count; row++)
    table.Add([.. frame.Columns.Select(column => Text(column[row]))]);
Console.WriteLine("\nSix synthetic bookings");
table.Print();

// A DataFrame is learned as any other table: ratings by room, from 500 rows.
DataFrame small = real.ToDataFrame(500, "Room", "Breakfast", "Rating");
progress = new ProgressLine("training");
DataFrame again = ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Progress = progress }).Fit(small).Sample(500, seed: 1).ToDataFrame(-1);
progress.Done("a DataFrame is learned");
Console.WriteLine($"Rated with and without breakfast, 500 rows: {Rated(small)} real, {Rated(again)} synthetic\n");

// The evidence, beside bookings that the synthesizer has not seen.
var reporting = new StatusLine();
QualityReport report = ml.Data.QualityReport(real, synthesizer.Sample(8_000, seed: 9), new QualityReportOptions
{
    Test = unseen,
    TargetColumnName = "Cancelled",
    IgnoredColumns = ["Id"],
    Seed = 1,
    Progress = new Steps(step => reporting.Show("report", step.Done / (double)step.Steps, step.Step)),
});
reporting.Done("report");
var measures = new TextTable("measure", "value", "goal", "accepted");
foreach (QualityMeasure measure in report.Measures)
    measures.Add(measure.Name, $"{measure.Value:F3}", $"{measure.Goal:F3}", measure.Passes ? "yes" : "no");
measures.Print();
report.SaveHtml(page);
Console.WriteLine($"\nThe whole report: {Path.GetFullPath(page)}");
return 0;

static string Text(object? value) => value switch
{
    null => "-",
    DateTime day => day.ToString("yyyy-MM-dd"),
    float.NaN => "-",
    _ => value.ToString()!,
};

// Mean ratings with and without breakfast.
static string Rated(DataFrame table)
{
    var rows = table["Breakfast"].Cast<bool?>().Zip(table["Rating"].Cast<float?>()).Where(row => row.Second is { } rating && !float.IsNaN(rating)).ToLookup(row => row.First, row => row.Second!.Value);
    return $"{rows[true].Average():F1} and {rows[false].Average():F1}";
}
