using System.Net;
using System.Text;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// A page of text, tables and pictures in one file that needs nothing else: no script, no font, no network. What was added first stands first.
/// </summary>
/// <param name="title">The headline.</param>
/// <example>
/// <code>
/// new HtmlPage("My flow")
///     .Text("Fitted to 5,000 rows.")
///     .Table(["column", "mean"], [["height", "1.74"], ["weight", "71.2"]])
///     .Picture(FlowPlots.Training(history.Epochs))
///     .Save("report.html");
/// </code>
/// </example>
public sealed class HtmlPage(string title)
{
    private const string Style = """
        body { font: 16px/1.5 Helvetica, Arial, 'DejaVu Sans', sans-serif; color: #22262b; background: white; max-width: 1080px; margin: 2em auto; padding: 0 1em }
        h1 { font-size: 1.7em; margin-bottom: 0.2em } h2 { font-size: 1.25em; margin: 1.8em 0 0.3em } p { max-width: 46em }
        table { border-collapse: collapse; margin: 1em 0; font-size: 0.92em } th { text-align: left; border-bottom: 2px solid #8b929a }
        th, td { padding: 0.3em 1.1em 0.3em 0; vertical-align: top } td { border-bottom: 1px solid #e9ecef; font-variant-numeric: tabular-nums } td:not(:last-child) { white-space: nowrap }
        figure { margin: 1.2em 0; overflow-x: auto } figure svg { max-width: 100%; height: auto } figcaption { color: #59616a; font-size: 0.92em }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>The headline.</summary>
    public string Title { get; } = title ?? throw new ArgumentNullException(nameof(title));

    /// <summary>Adds a headline of a part.</summary>
    /// <param name="text">The headline.</param>
    /// <returns>This page.</returns>
    public HtmlPage Heading(string text) => Add("h2", text);

    /// <summary>Adds a paragraph.</summary>
    /// <param name="text">Plain text; markup in it is shown as it is.</param>
    /// <returns>This page.</returns>
    public HtmlPage Text(string text) => Add("p", text);

    /// <summary>Adds a table.</summary>
    /// <param name="headers">What stands above each column.</param>
    /// <param name="rows">The cells of each row, as many as there are headers.</param>
    /// <returns>This page.</returns>
    /// <exception cref="ArgumentException">A row has another number of cells.</exception>
    public HtmlPage Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(rows);
        _body.Append("<table>\n");
        AddRow(headers, "th");
        foreach (var row in rows)
        {
            if (row.Count != headers.Count)
                throw new ArgumentException($"A row of the table has {row.Count} cells, but there are {headers.Count} headers.", nameof(rows));
            AddRow(row, "td");
        }
        _body.Append("</table>\n");
        return this;
    }

    /// <summary>Adds a picture.</summary>
    /// <param name="plots">What it shows.</param>
    /// <param name="caption">What stands below it.</param>
    /// <returns>This page.</returns>
    /// <exception cref="InvalidOperationException">There is no plot.</exception>
    public HtmlPage Picture(PlotGrid plots, string caption = "")
    {
        ArgumentNullException.ThrowIfNull(plots);
        ArgumentNullException.ThrowIfNull(caption);
        _body.Append("<figure>\n").Append(plots.ToSvg());
        if (caption.Length > 0)
            _body.Append("<figcaption>" + Escape(caption) + "</figcaption>\n");
        _body.Append("</figure>\n");
        return this;
    }

    /// <summary>The page as text.</summary>
    /// <returns>A whole HTML document.</returns>
    public string ToHtml() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{Escape(Title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{Escape(Title)}</h1>
        {_body}</body>
        </html>

        """;

    /// <summary>Writes the page to a file.</summary>
    /// <param name="path">Where, such as <c>report.html</c>; a file that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; the message says why.</exception>
    public void Save(string path) => PictureFile.Write(path, () => Encoding.UTF8.GetBytes(ToHtml()));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Element(string name, string text) => $"<{name}>{Escape(text)}</{name}>";

    private HtmlPage Add(string element, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _body.Append(Element(element, text) + "\n");
        return this;
    }

    private void AddRow(IReadOnlyList<string> cells, string element)
    {
        _body.Append("<tr>");
        foreach (string cell in cells)
            _body.Append(Element(element, cell));
        _body.Append("</tr>\n");
    }
}
