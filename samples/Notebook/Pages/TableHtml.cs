using System.Net;
using System.Text;
using NotebookSample.Cells;

namespace NotebookSample.Pages;

/// <summary>A table as HTML.</summary>
internal static class TableHtml
{
    public static string Of(TableOutput table)
    {
        var html = new StringBuilder("<table>\n");
        Row(table.Header, "th");
        foreach (var row in table.Rows)
            Row(row, "td");
        return html.Append("</table>").ToString();

        void Row(IReadOnlyList<string> cells, string element)
        {
            html.Append("<tr>");
            for (int i = 0; i < cells.Count; i++)
                html.Append($"<{element}{(table.IsNumber[i] ? " class=\"right\"" : "")}>{WebUtility.HtmlEncode(cells[i])}</{element}>");
            html.Append("</tr>\n");
        }
    }
}
