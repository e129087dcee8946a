using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// A grid of plots as SVG. What Skia writes is made smaller and stands on its own: it scales, has a title for those who cannot see it, names fonts
/// that other systems have, and may stand with others on one page.
/// </summary>
internal static partial class SvgPicture
{
    private const string OwnName = "id-of-this-picture";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static string Of(PlotGrid grid)
    {
        var (width, height) = grid.Measure();
        XElement svg = XElement.Parse(Invalid().Replace(Draw(grid, width, height), " "));
        // Skia counts ids on and on; the same picture has the same text here.
        string[] ids = [.. svg.Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>().Distinct()];
        using Paint paint = Paint.NewDisposablePaint();
        foreach (XElement element in svg.DescendantsAndSelf())
        {
            if (element.Name == s_svg + "text")
                TidyText(element, paint);
            // Without the older name of a reference, which stands in a namespace of its own.
            element.ReplaceAttributes(element.Attributes().Where(attribute => attribute.Name != XNamespace.Xmlns + "xlink")
                .Select(attribute => new XAttribute(attribute.IsNamespaceDeclaration ? attribute.Name : attribute.Name.LocalName, attribute.Value)));
            foreach (XAttribute attribute in element.Attributes())
                Tidy(attribute, ids);
        }
        svg.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        svg.SetAttributeValue("font-family", FlowTheme.FontFamily);
        if (grid.Title.Length > 0)
        {
            svg.SetAttributeValue("role", "img");
            svg.AddFirst(new XElement(s_svg + "title", Invalid().Replace(grid.Title, " ")));
        }
        string text = svg.ToString(SaveOptions.DisableFormatting).Replace("><", ">\n<", StringComparison.Ordinal) + "\n";
        // Two pictures on one page must not have ids in common.
        return text.Replace(OwnName, "p" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8], StringComparison.Ordinal);
    }

    private static string Draw(PlotGrid grid, int width, int height)
    {
        using var stream = new MemoryStream();
        // The document is whole when the canvas is disposed.
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
            grid.Render(canvas, new PixelRect(0, width, height, 0));
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Skia gives each letter its place. The place and length of the whole say as much, and hold where another font stands in.</summary>
    private static void TidyText(XElement text, Paint paint)
    {
        text.Value = text.Value.Trim();
        if (text.Attribute("font-family")?.Value == FlowTheme.FontName)
            text.SetAttributeValue("font-family", null);
        foreach (string place in new[] { "x", "y" })
            text.SetAttributeValue(place, text.Attribute(place)?.Value.Split(',')[0]);
        var style = new LabelStyle();
        FlowTheme.Apply(style, float.Parse(text.Attribute("font-size")!.Value, CultureInfo.InvariantCulture), FlowTheme.Text, bold: text.Attribute("font-weight") is not null);
        text.SetAttributeValue("textLength", style.Measure(text.Value, paint).Width.ToString("0.#", CultureInfo.InvariantCulture));
        text.SetAttributeValue("lengthAdjust", "spacingAndGlyphs");
    }

    private static void Tidy(XAttribute attribute, string[] ids)
    {
        switch (attribute.Name.LocalName)
        {
            case "id":
                attribute.Value = Id(attribute.Value);
                break;
            case "href" when attribute.Value.StartsWith('#'):
                attribute.Value = "#" + Id(attribute.Value[1..]);
                break;
            case "href":
                break;
            case "transform":
                // A scale is multiplied by the width of a picture.
                attribute.Value = LongNumber().Replace(attribute.Value, number => Rounded(number, digits: 4));
                break;
            default:
                attribute.Value = Reference().Replace(attribute.Value, match => $"url(#{Id(match.Groups[1].Value)})");
                attribute.Value = Dot().Replace(LongNumber().Replace(attribute.Value, number => Rounded(number, digits: 1)), "M$1h0");
                break;
        }

        string Id(string skias) => $"{OwnName}-{Array.IndexOf(ids, skias)}";
    }

    /// <summary>A tenth of a pixel is more than can be seen; shares such as opacities keep three digits.</summary>
    private static string Rounded(Match number, int digits)
    {
        double value = double.Parse(number.Value, CultureInfo.InvariantCulture);
        return Math.Round(value, Math.Abs(value) < 1 ? Math.Max(3, digits) : digits).ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"-?\d+\.\d{2,}(?:e-?\d+)?")]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"url\(#([^)]*)\)")]
    private static partial Regex Reference();

    /// <summary>A line from a point to itself.</summary>
    [GeneratedRegex(@"M(\S+ [^\sLM]+)L\1(?=M|$)")]
    private static partial Regex Dot();

    /// <summary>What XML cannot hold.</summary>
    [GeneratedRegex(@"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]")]
    private static partial Regex Invalid();
}
