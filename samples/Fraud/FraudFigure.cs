using System.Globalization;
using QuickStart.Plot;

namespace FraudSample;

/// <summary>On the left how often each score occurs, with the threshold; on the right what the features of the oddest payments contribute.</summary>
internal static class FraudFigure
{
    private const string Usual = "#4269d0";
    private const string Fraud = "#d1495b";
    private const int Bins = 50;
    private const double Top = 70, Size = 380, BarsLeft = 560, BarsWidth = 330;

    public static Svg Draw(JudgedPayment[] judged, float threshold, Explanation[] explanations)
    {
        var svg = new Svg(1_060, 540);
        DrawScores(svg, judged, threshold);
        DrawReasons(svg, explanations);
        return svg;
    }

    private static void DrawScores(Svg svg, JudgedPayment[] judged, float threshold)
    {
        double low = judged.Min(row => row.Score), high = Math.Min(judged.Max(row => row.Score), threshold + 3 * (threshold - low));
        double most = Math.Log10(judged.Length);
        var panel = new Panel(svg, 70, Top, Size, new Box(low, high, -0.3, most));
        panel.Title("Scores of new payments", "-log p(x) in nats; those beyond the right edge are left out");
        panel.Grid(decadesY: true);
        Steps(0, Usual);
        Steps(1, Fraud);
        panel.Curve(Enumerable.Range(0, 200).Select(i => ((double)threshold, -0.3 + (most + 0.3) * (i + 0.5) / 200)), "#22262b", dashed: true);
        panel.Axes("score", "payments", decadesY: true);
        double x = 70 + (threshold - low) / (high - low) * Size;
        svg.Text(x + 6, Top + 16, "threshold", 12);
        Legend(svg, 70, Top + Size + 58, Usual, "usual payments");
        Legend(svg, 210, Top + Size + 58, Fraud, "frauds, which training was not told of");

        void Steps(float label, string color)
        {
            double width = (high - low) / Bins;
            var points = new List<(double, double)>();
            for (int bin = 0; bin < Bins; bin++)
            {
                double from = low + bin * width;
                int count = judged.Count(row => row.Label == label && row.Score >= from && row.Score < from + width);
                double height = count == 0 ? -0.29 : Math.Log10(count);
                points.AddRange(Enumerable.Range(0, 12).Select(i => (from + (i + 0.5) / 12 * width, height)));
            }
            panel.Curve(points, color);
        }
    }

    private static void DrawReasons(Svg svg, Explanation[] explanations)
    {
        svg.Text(BarsLeft, Top - 25, "Why some of the payments that were found are odd", 15, bold: true);
        svg.Text(BarsLeft, Top - 8, "nats that the usual value in brackets would save", 12, color: "#59616a");
        double most = explanations.Max(row => row.FeatureContributions.Max());
        double height = Size / explanations.Length;
        for (int i = 0; i < explanations.Length; i++)
        {
            double top = Top + i * height;
            Explanation row = explanations[i];
            svg.Line(BarsLeft, top + height, BarsLeft + BarsWidth + 160, top + height, "#e9ecef");
            svg.Text(BarsLeft - 12, top + height / 2, string.Create(CultureInfo.InvariantCulture, $"score {row.Score:F0}"), 12, "end");
            svg.Text(BarsLeft - 12, top + height / 2 + 15, row.Label > 0 ? "fraud" : "no fraud", 12, "end", color: row.Label > 0 ? Fraud : Usual);
            int[] order = [.. Enumerable.Range(0, row.FeatureContributions.Length).OrderByDescending(f => row.FeatureContributions[f]).Take(3)];
            for (int place = 0; place < order.Length; place++)
            {
                double y = top + height * (place + 0.5) / order.Length;
                double length = Math.Max(1, row.FeatureContributions[order[place]] / most * BarsWidth / 2);
                svg.Curve([(BarsLeft, y), (BarsLeft + length, y)], 9, place == 0 ? Fraud : "#c9ced4");
                svg.Text(BarsLeft + length + 8, y + 4, FraudHunt.Reason(row, order[place]), 12);
            }
        }
        svg.Line(BarsLeft, Top, BarsLeft, Top + Size);
    }

    private static void Legend(Svg svg, double x, double y, string color, string text)
    {
        svg.Curve([(x, y - 4), (x + 22, y - 4)], 3, color);
        svg.Text(x + 28, y, text, 12);
    }
}
