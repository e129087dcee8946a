using System.Globalization;
using NotebookSample;

if (args is ["-h"] or ["--help"])
{
    Console.WriteLine("""
        A walk-through from a CSV file to density, anomalies, clusters and synthetic rows.

          Notebook                 writes the page and what belongs to it to the folder walkthrough
          Notebook --out FOLDER    writes it there; the folder is made where it is missing
          Notebook --help          this text
        """);
    return 0;
}
if (args is not ([] or ["--out", _]))
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' cannot be understood: there is --out FOLDER, and --help.");
    return 2;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    NotebookRun.Write(args is [_, var folder] ? folder : "walkthrough");
    return 0;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
