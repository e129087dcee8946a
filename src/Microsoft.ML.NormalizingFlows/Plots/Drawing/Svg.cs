using System.Globalization;
using System.Security;
using System.Text;
using System.Xml;

namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>Writes an SVG drawing element by element; coordinates are pixels from the top left.</summary>
internal sealed class Svg
{
    public const string Ink = "#22262b", Grey = "#59616a", Rule = "#8b929a";
    private readonly StringBuilder _body = new();
    private readonly string _head;

    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="title">What the picture shows, for those who do not see it.</param>
    public Svg(double width, double height, string title)
    {
        _head = $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{N(width)}\" height=\"{N(height)}\" "
            + $"viewBox=\"0 0 {N(width)} {N(height)}\" role=\"img\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n"
            + $"<title>{Escape(title)}</title>\n"
            + $"<rect width=\"{N(width)}\" height=\"{N(height)}\" fill=\"white\"/>\n";
    }

    public void Frame(double x, double y, double width, double height) =>
        _body.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"none\" stroke=\"{Rule}\"/>\n");

    public void Bar(double x, double y, double width, double height, string color, double opacity) =>
        _body.Append($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{color}\" fill-opacity=\"{N(opacity)}\"/>\n");

    public void Line(double x1, double y1, double x2, double y2, string color = Rule) =>
        _body.Append($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{color}\"/>\n");

    /// <summary>A line through the points, in their order.</summary>
    public void Curve(IEnumerable<(double X, double Y)> points, double width, string color, bool dashed = false)
    {
        string dashes = dashed ? " stroke-dasharray=\"6 4\"" : "";
        _body.Append($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{N(width)}\" stroke-linejoin=\"round\"{dashes} points=\"")
            .AppendJoin(' ', points.Select(p => N(p.X) + "," + N(p.Y))).Append("\"/>\n");
    }

    /// <summary>A line of text; <paramref name="anchor"/> is start, middle or end, <paramref name="turn"/> is in degrees, -90 reads upwards.</summary>
    public void Text(
        double x, double y, string text, double size, string anchor = "start", bool bold = false, string color = Ink, double turn = 0)
    {
        if (text.Length == 0)
            return;
        string turned = turn != 0 ? $" transform=\"rotate({N(turn)} {N(x)} {N(y)})\"" : "";
        string weight = bold ? " font-weight=\"bold\"" : "";
        _body.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" text-anchor=\"{anchor}\" fill=\"{color}\"{weight}{turned}>")
            .Append(Escape(text)).Append("</text>\n");
    }

    /// <summary>A PNG, stretched to the given rectangle without smoothing its edges away.</summary>
    public void Image(double x, double y, double width, double height, byte[] png) =>
        _body.Append($"<image x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" preserveAspectRatio=\"none\" ")
            .Append("href=\"data:image/png;base64,").Append(Convert.ToBase64String(png)).Append("\"/>\n");

    /// <summary>Many dots of one colour as a single path: a line of no length with round ends is a dot.</summary>
    public void Dots(IEnumerable<(double X, double Y)> points, double diameter, string color, double opacity)
    {
        _body.Append($"<g fill=\"none\" stroke=\"{color}\" stroke-opacity=\"{N(opacity)}\" stroke-width=\"{N(diameter)}\" ")
            .Append("stroke-linecap=\"round\"><path d=\"");
        foreach (var (x, y) in points)
            _body.Append('M').Append(N(x)).Append(' ').Append(N(y)).Append("h0");
        _body.Append("\"/></g>\n");
    }

    public override string ToString() => _head + _body + "</svg>\n";

    /// <summary>Text for markup; what XML cannot hold becomes a space.</summary>
    public static string Escape(string text) =>
        SecurityElement.Escape(string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : ' ')));

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
