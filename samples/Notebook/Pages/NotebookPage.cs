using System.Net;
using System.Text;
using Markdig;
using NotebookSample.Cells;

namespace NotebookSample.Pages;

/// <summary>A notebook as one HTML file that needs nothing else: the text, the code of each cell, and below it what it showed.</summary>
internal static class NotebookPage
{
    private const string Style = """
        body { font: 16px/1.55 Helvetica, Arial, 'DejaVu Sans', sans-serif; color: #22262b; background: white; max-width: 980px; margin: 2.5em auto; padding: 0 1.2em }
        h1 { font-size: 1.9em; line-height: 1.2 } h2 { font-size: 1.35em; margin: 2.2em 0 0.4em; padding-top: 0.9em; border-top: 1px solid #dde1e5 } p, ul { max-width: 44em }
        code, pre { font: 13.5px/1.5 'DejaVu Sans Mono', Menlo, Consolas, monospace } p code, li code { background: #f1f3f5; padding: 0.1em 0.3em; border-radius: 3px }
        pre { margin: 0; white-space: pre-wrap } .cell { margin: 1.1em 0 } .in { background: #f6f8fa; border-left: 3px solid #0072b2; padding: 0.7em 1em; position: relative }
        .in::before { content: attr(data-number); position: absolute; right: 0.7em; top: 0.4em; color: #a4abb3; font-size: 12px } .out { padding: 0.5em 0 0 1em; overflow-x: auto }
        .comment { color: #59616a } .text { color: #0b6e4f } .number { color: #882255 } .keyword { color: #0057a3 }
        table { border-collapse: collapse; margin: 0.4em 0; font-size: 0.88em; line-height: 1.35 } th { text-align: left; border-bottom: 2px solid #8b929a }
        th, td { padding: 0.25em 1.2em 0.25em 0; white-space: nowrap } td { border-bottom: 1px solid #e9ecef; font-variant-numeric: tabular-nums } .right { text-align: right }
        .out svg { max-width: 100%; height: auto } details { margin: 1.1em 0; color: #59616a } summary { cursor: pointer }
        """;

    public static string Of(CellFile file, Func<Cell, IReadOnlyList<CellOutput>> outputs)
    {
        var body = new StringBuilder();
        int number = 0;
        foreach (Cell cell in file.Cells)
        {
            if (!cell.IsCode)
            {
                body.Append(Markdown.ToHtml(cell.Source));
                continue;
            }
            body.Append($"<div class=\"cell\"><pre class=\"in\" data-number=\"{++number}\">{CodeColors.Html(cell.Source)}</pre>\n");
            foreach (CellOutput output in outputs(cell))
                body.Append($"<div class=\"out\">{Html(output)}</div>\n");
            body.Append("</div>\n");
            if (number == 1)
                body.Append($"<details><summary>The namespaces that all cells use</summary><pre class=\"in\">{CodeColors.Html(JupyterFile.Namespaces(file))}</pre></details>\n");
        }
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{WebUtility.HtmlEncode(file.Title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            {body}</body>
            </html>

            """;
    }

    private static string Html(CellOutput output) => output switch
    {
        TableOutput table => TableHtml.Of(table),
        PictureOutput picture => picture.Plots.ToSvg(),
        TextOutput text => $"<pre>{WebUtility.HtmlEncode(text.Text)}</pre>",
        _ => throw new NotSupportedException(output.ToString()),
    };
}
