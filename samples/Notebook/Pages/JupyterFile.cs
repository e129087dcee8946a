using System.Text.Json;
using System.Text.Json.Nodes;
using NotebookSample.Cells;

namespace NotebookSample.Pages;

/// <summary>
/// A notebook in the format of Jupyter (nbformat 4.2) for the C# kernel of .NET Interactive, with what the cells showed. A first cell takes
/// the packages and defines what the cells call to show something.
/// </summary>
internal static class JupyterFile
{
    private const string SetUp = """
        #r "nuget: Microsoft.ML.NormalizingFlows"
        #r "nuget: Microsoft.ML.NormalizingFlows.Plots"
        #r "nuget: Microsoft.Data.Analysis"
        {0}

        void Show(object shown) => display(shown is PlotGrid plots ? (object)HTML(plots.ToSvg()) : shown);
        IProgress<TrainingProgress> Progress(string title) => null;
        """;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The using directives, without those of this program.</summary>
    public static string Namespaces(CellFile file) =>
        string.Join('\n', file.Usings.Where(line => !line.Contains(nameof(NotebookSample), StringComparison.Ordinal)));

    public static string Of(CellFile file, Func<Cell, IReadOnlyList<CellOutput>> outputs)
    {
        int number = 0;
        var cells = new JsonArray { Code(SetUp.Replace("{0}", Namespaces(file), StringComparison.Ordinal), null, []) };
        foreach (Cell cell in file.Cells)
        {
            cells.Add(cell.IsCode
                ? Code(cell.Source, ++number, outputs(cell))
                : new JsonObject { ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = Lines(cell.Source) });
        }
        return new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject { ["name"] = "C#", ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["pygments_lexer"] = "csharp" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 2,
        }.ToJsonString(s_json);
    }

    private static JsonObject Code(string source, int? number, IReadOnlyList<CellOutput> outputs) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = number,
        ["metadata"] = new JsonObject(),
        ["source"] = Lines(source),
        ["outputs"] = new JsonArray([.. outputs.Select(Output)]),
    };

    private static JsonObject Output(CellOutput output)
    {
        if (output is TextOutput text)
            return new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = Lines(text.Text + "\n") };
        var (kind, data) = output switch
        {
            TableOutput table => ("text/html", TableHtml.Of(table)),
            PictureOutput picture => ("image/svg+xml", picture.Plots.ToSvg()),
            _ => throw new NotSupportedException(output.ToString()),
        };
        return new JsonObject
        {
            ["output_type"] = "display_data",
            ["metadata"] = new JsonObject(),
            ["data"] = new JsonObject { [kind] = Lines(data) },
        };
    }

    /// <summary>A text as Jupyter keeps it: line by line, with their ends.</summary>
    private static JsonArray Lines(string text)
    {
        string[] lines = text.Split('\n');
        return [.. lines.Select((line, i) => (JsonNode)(i < lines.Length - 1 ? line + "\n" : line)).Where(line => line.GetValue<string>().Length > 0)];
    }
}
