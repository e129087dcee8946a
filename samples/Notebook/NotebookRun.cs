using System.Diagnostics;
using System.Globalization;
using NotebookSample.Cells;
using NotebookSample.Pages;
using Samples.Shared.Cars;

namespace NotebookSample;

/// <summary>Makes the table, runs the cells in its folder, and writes what they showed.</summary>
internal static class NotebookRun
{
    private const string Page = "walkthrough.html", Jupyter = "walkthrough.ipynb";

    public static void Write(string folder)
    {
        var clock = Stopwatch.StartNew();
        // Cells name files without a folder, as they do in a notebook.
        Environment.CurrentDirectory = Directory.CreateDirectory(folder).FullName;
        CarMarket.Save(new CarMarket(seed: 1).Draw(4_000, wrong: 16), "cars.csv");
        CellFile file = CellFile.Parse(Source());
        var program = new Walkthrough();
        program.Run();
        File.WriteAllText(Page, NotebookPage.Of(file, program.Outputs));
        File.WriteAllText(Jupyter, JupyterFile.Of(file, program.Outputs));
        Console.WriteLine();
        Console.WriteLine($"The page: {Path.GetFullPath(Page)}");
        Console.WriteLine($"The same to go on with in Jupyter or Visual Studio Code: {Path.GetFullPath(Jupyter)}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Done in {clock.Elapsed.TotalSeconds:F0} s."));
    }

    private static string Source()
    {
        using var reader = new StreamReader(typeof(Walkthrough).Assembly.GetManifestResourceStream("Walkthrough.cs")!);
        return reader.ReadToEnd();
    }
}
