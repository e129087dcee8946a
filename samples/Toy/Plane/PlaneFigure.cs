using System.Globalization;
using QuickStart.Plot;

namespace PaperToys.Plane;

/// <summary>Figure 5 for one toy: a row for each size, the density and the samples of each flow, and the truth on the left.</summary>
internal static class PlaneFigure
{
    private const double Size = 196, Gap = 36, GroupGap = 30, Left = 64, Top = 166, RowHeight = 276;
    private const double Width = Left + 7 * Size + 6 * Gap + 2 * GroupGap + 24;
    private const int Samples = 2_000;
    private const string Ink = "#3b424a", Grey = "#59616a";

    /// <summary>What of a flow is to be drawn. Cells are not larger than the length over which the true density changes.</summary>
    public static PictureChoice Wants(ToyCase toy)
    {
        int cells = Cells(toy);
        return new([.. toy.Toy.View.CellCenters(cells, cells).Select(p => new[] { (float)p.X, (float)p.Y })], Samples);
    }

    /// <param name="toy">The toy.</param>
    /// <param name="results">Those with a picture are drawn.</param>
    /// <param name="path">Where to.</param>
    public static void Save(ToyCase toy, IEnumerable<TrialResult> results, string path)
    {
        TrialResult[] drawn = [.. results.Where(result => result.Trial.Case == toy && result.Picture is not null)];
        float[][] grid = Wants(toy).Grid;
        double[] truth = [.. grid.Select(p => toy.Toy.LogDensity(p[0], p[1]))];
        var scale = new DensityScale(truth.Max());
        var svg = new Svg(Width, Top + FlowSize.Paper.Count * RowHeight - 34);
        DrawHeadings(svg, toy);
        DrawTruth(svg, toy, scale, truth, drawn[0].Trial.Seed);
        for (int row = 0; row < FlowSize.Paper.Count; row++)
        {
            FlowSize size = FlowSize.Paper[row];
            Contender[] contenders = [.. Contender.At(size, toy.States)];
            for (int i = 0; i < contenders.Length; i++)
            {
                TrialResult result = drawn.Single(one => one.Trial.Size == size && one.Trial.Contender == contenders[i]);
                DrawDensity(Place(svg, toy, 1 + i, row), toy, scale, result, LabelX(row));
                DrawSamples(Place(svg, toy, 4 + i, row), result, LabelX(row));
            }
        }
        svg.Save(path);
    }

    private static void DrawHeadings(Svg svg, ToyCase toy)
    {
        svg.Text(Left, 34, $"Affine coupling flows, {toy.Name}: plain (NF), plain with as many parameters as the NVF, and NVF with {toy.States} states", 20, bold: true);
        svg.Text(
            Left, 58, Nats("NLL: held-out, in nats; the true density has", toy.Entropy) + ". Sizes: [depth, hidden units]. One training each, seed 1; "
            + "the colours of an NVF's samples are its latent states.", 13, color: Grey);
        string[] groups = ["Truth", "Density of the flow", Count(Samples) + " samples of the flow"];
        for (int i = 0; i < groups.Length; i++)
            svg.Text(ColumnLeft(i == 0 ? 0 : 3 * i - 2), 102, groups[i], 17, bold: true, color: Grey);
    }

    private static void DrawTruth(Svg svg, ToyCase toy, DensityScale scale, double[] truth, int seed)
    {
        Panel density = Place(svg, toy, 0, 0);
        density.Title("True density", Nats("entropy", toy.Entropy));
        density.Image(scale.Png(Cells(toy), Cells(toy), truth));
        density.Axes(null, "y");

        Panel points = Place(svg, toy, 0, 1);
        points.Title("Training points", Count(Trial.TrainingRows) + " draws");
        points.Scatter(Trial.TrainingPoints(toy, seed).Select(p => ((double)p[0], (double)p[1])), Ink);
        points.Axes("x", "y");

        DensityLegend.Draw(svg, Left + 50, RowTop(2), Size);
    }

    private static void DrawDensity(Panel panel, ToyCase toy, DensityScale scale, TrialResult result, string? labelX)
    {
        Contender contender = result.Trial.Contender;
        panel.Title(
            $"{contender.Name} {contender.Size}",
            Nats("NLL", -result.LogDensities.Average()) + $", {Count(contender.Parameters)} parameters");
        panel.Image(scale.Png(Cells(toy), Cells(toy), result.Picture!.LogDensities));
        panel.Axes(labelX, null);
    }

    private static void DrawSamples(Panel panel, TrialResult result, string? labelX)
    {
        Contender contender = result.Trial.Contender;
        panel.Title($"{contender.Name} {contender.Size}", contender.States == 1 ? "" : Nats("I(x;z)", result.Report.MutualInformation) + " nats");
        foreach (var state in result.Picture!.Samples.Zip(result.Picture.States).GroupBy(pair => pair.Second).OrderBy(state => state.Key))
        {
            panel.Scatter(
                state.Select(pair => ((double)pair.First[0], (double)pair.First[1])),
                contender.States == 1 ? Ink : ColorMap.Groups[(state.Key - 1) % ColorMap.Groups.Length]);
        }
        panel.Axes(labelX, null);
    }

    private static Panel Place(Svg svg, ToyCase toy, int column, int row) => new(svg, ColumnLeft(column), RowTop(row), Size, toy.Toy.View);

    private static double ColumnLeft(int column) => Left + column * (Size + Gap) + (column + 2) / 3 * GroupGap;

    private static double RowTop(int row) => Top + row * RowHeight;

    private static string? LabelX(int row) => row == FlowSize.Paper.Count - 1 ? "x" : null;

    private static int Cells(ToyCase toy) => Math.Clamp((int)(toy.Toy.View.Width / toy.Toy.Detail), (int)Size, 2 * (int)Size);

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Nats(string what, double value) =>
        $"{what} {value.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '\u2212')}";
}
