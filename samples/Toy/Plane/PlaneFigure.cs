using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using ScottPlot;
using ScottPlot.Plottables;

namespace PaperToys.Plane;

/// <summary>Figure 5 for one toy: a row for each size, the density and the samples of each flow, and the truth on the left.</summary>
internal static class PlaneFigure
{
    private const int Size = 196;
    private const int Samples = 2_000;

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
        double[] truth = [.. Wants(toy).Grid.Select(p => toy.Toy.LogDensity(p[0], p[1]))];
        var figure = new PlotGrid(
            $"Affine coupling flows, {toy.Name}: plain (NF), plain with as many parameters as the NVF, and NVF with {toy.States} states",
            Nats("NLL: held-out, in nats; the true density has", toy.Entropy) + ". Sizes: [depth, hidden units]. One training each, seed 1; "
            + $"{Count(Samples)} samples of each flow; the colours of an NVF's are its latent states.")
        {
            PlotWidth = Size,
            PlotHeight = Size,
        };
        Heatmap heat = DrawTruth(figure, toy, truth, drawn[0].Trial.Seed);
        for (int row = 0; row < FlowSize.Paper.Count; row++)
        {
            FlowSize size = FlowSize.Paper[row];
            Contender[] contenders = [.. Contender.At(size, toy.States)];
            for (int i = 0; i < contenders.Length; i++)
            {
                TrialResult result = drawn.Single(one => one.Trial.Size == size && one.Trial.Contender == contenders[i]);
                figure.Add(Density(toy, truth.Max(), result, row), row, 1 + i);
                figure.Add(DrawnSamples(toy, result, row), row, 4 + i);
            }
        }
        figure[0, 6].Add.DensityScale(heat, "density / peak of the true density");
        figure.Save(path);
    }

    private static Heatmap DrawTruth(PlotGrid figure, ToyCase toy, double[] truth, int seed)
    {
        Plot density = New(toy, "True density", Nats("entropy", toy.Entropy), "", "y");
        Plot points = New(toy, "Training points", Count(Trial.TrainingRows) + " draws", "x", "y");
        points.Add.Dots(Trial.TrainingPoints(toy, seed).Select(p => ((double)p[0], (double)p[1])), FlowTheme.Ink);
        figure.Add(density).Add(points, row: 1);
        return density.Add.LogDensity(Area(toy), Cells(toy), Cells(toy), truth);
    }

    private static Plot Density(ToyCase toy, double peak, TrialResult result, int row)
    {
        Contender contender = result.Trial.Contender;
        string nll = Nats("NLL", -result.LogDensities.Average()) + $", {Count(contender.Parameters)} parameters";
        Plot plot = New(toy, $"{contender.Name} {contender.Size}", nll, LabelX(row));
        plot.Add.LogDensity(Area(toy), Cells(toy), Cells(toy), result.Picture!.LogDensities, peak);
        return plot;
    }

    private static Plot DrawnSamples(ToyCase toy, TrialResult result, int row)
    {
        Contender contender = result.Trial.Contender;
        string information = contender.States == 1 ? "samples" : "samples, " + Nats("I(x;z)", result.Report.MutualInformation) + " nats";
        Plot plot = New(toy, $"{contender.Name} {contender.Size}", information, LabelX(row));
        foreach (var state in result.Picture!.Samples.Zip(result.Picture.States).GroupBy(pair => pair.Second).OrderBy(state => state.Key))
        {
            plot.Add.Dots(
                state.Select(pair => ((double)pair.First[0], (double)pair.First[1])),
                contender.States == 1 ? FlowTheme.Ink : FlowTheme.Group(state.Key - 1));
        }
        return plot;
    }

    private static Plot New(ToyCase toy, string title, string subtitle, string labelX, string labelY = "")
    {
        Plot plot = FlowTheme.NewPlot(title, labelX, labelY, subtitle);
        plot.Axes.SetLimits(Area(toy));
        plot.HideGrid();
        return plot;
    }

    private static CoordinateRect Area(ToyCase toy) => new(toy.Toy.View.MinX, toy.Toy.View.MaxX, toy.Toy.View.MinY, toy.Toy.View.MaxY);

    private static string LabelX(int row) => row == FlowSize.Paper.Count - 1 ? "x" : "";

    private static int Cells(ToyCase toy) => Math.Clamp((int)(toy.Toy.View.Width / toy.Toy.Detail), Size, 2 * Size);

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Nats(string what, double value) =>
        $"{what} {value.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '\u2212')}";
}
