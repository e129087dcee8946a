using System.Net;
using System.Text.RegularExpressions;

namespace NotebookSample.Pages;

/// <summary>C# as HTML in which comments, texts, numbers and keywords have a class each.</summary>
internal static partial class CodeColors
{
    public static string Html(string code)
    {
        var html = new System.Text.StringBuilder();
        int done = 0;
        foreach (Match match in Tokens().Matches(code))
        {
            string kind = match.Groups.Keys.First(name => name.Length > 1 && match.Groups[name].Success);
            html.Append(WebUtility.HtmlEncode(code[done..match.Index]))
                .Append($"<span class=\"{kind}\">{WebUtility.HtmlEncode(match.Value)}</span>");
            done = match.Index + match.Length;
        }
        return html.Append(WebUtility.HtmlEncode(code[done..])).ToString();
    }

    // A text may hold what looks like a comment, and a comment what looks like a text: whichever begins first is taken.
    [GeneratedRegex("""
        (?<comment>//.*)
        |(?<text>\$?"(?:[^"\\\n]|\\.)*")
        |(?<number>(?<![\w.])\d[\d_]*(?:\.\d+)?f?\b)
        |(?<keyword>(?<![\w.])(?:bool|double|false|float|for|foreach|from|if|in|int|new|null|out|return|select|string|true|using|var|void|where)\b)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Tokens();
}
