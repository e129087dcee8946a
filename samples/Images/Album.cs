using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Plots;
using Samples.Shared.Pictures;
using Samples.Shared.Terminal;

namespace ImagesSample;

/// <summary>A flow of images, and a page that shows what it has learned.</summary>
internal sealed class Album(PictureTable train, PictureTable test)
{
    private const int New = 64, Shown = 8, OfEach = 8;

    private readonly MLContext _ml = new(seed: 1);

    public required TimeSpan Time { get; init; }

    public required bool HasLabels { get; init; }

    public required bool HasWords { get; init; }

    public required string? Model { get; init; }

    public void Write(string path)
    {
        var history = new TrainingHistory(new ProgressLine("training"));
        ITransformer chain = Model is null ? Train(history) : _ml.Model.Load(Model, out _);
        ImageVariationalFlowTransformer flow = chain as ImageVariationalFlowTransformer ?? ((IEnumerable<ITransformer>)chain).OfType<ImageVariationalFlowTransformer>().Single();
        if (Model is null)
            _ml.Model.Save(chain, train.ToView(_ml).Schema, Path.ChangeExtension(path, ".zip"));

        IDataView scored = _ml.Data.Cache(chain.Transform(test.ToView(_ml)));
        double[] bits = [.. scored.GetColumn<float>("BitsPerDimension").Select(value => (double)value)];
        double mean = bits.Average(), error = Math.Sqrt(bits.Sum(value => (value - mean) * (value - mean)) / bits.Length / bits.Length);
        string result = FormattableString.Invariant($"{test.Rows.Count:N0} test images take {mean:F3} +- {2 * error:F3} bits a value, {mean * flow.Channels * flow.Height * flow.Width:F0} bits an image");
        Console.WriteLine(result);

        var page = new HtmlPage("A flow of images").Text($"{result}. {train.Rows.Count:N0} images of {flow.Channels} x {flow.Height} x {flow.Width} values were there to train on; the flow has {flow.Report.Parameters:N0} learned values and took {flow.Report.Steps:N0} steps.");
        page.Heading("Training images").Picture(FlowPlots.Images(train.Take(OfEach * Shown).ToView(_ml), columns: 2 * OfEach));
        page.Heading("New images").Text(HasLabels ? "Each row is drawn given a label." : "Drawn one after the other, none left out.")
            .Picture(FlowPlots.Images(Draw(chain, flow), columns: HasLabels ? OfEach : 2 * OfEach, captionColumnName: HasLabels ? "Label" : null));
        PictureTable odd = Some(bits.Index().OrderByDescending(one => one.Item));
        page.Heading("The oddest test images").Text("Below each its bits a value; then the bits of each pixel given those before it.");
        Add(page, chain, odd);
        page.Heading("Where a patch does not belong").Text("Test images with a patch of another: the map shows where.");
        Add(page, chain, Patched(Some(bits.Index().OrderBy(one => Math.Abs(one.Item - mean)))));
        if (scored.Schema.GetColumnOrNull("Reconstruction") is not null)
        {
            IDataView first = chain.Transform(test.Take(2 * OfEach).ToView(_ml));
            page.Heading("What the words of images stand for").Text("Test images, and below what their words alone say.").Picture(FlowPlots.Images(first, columns: 2 * OfEach)).Picture(FlowPlots.Images(first, "Reconstruction", columns: 2 * OfEach));
        }
        if (HasLabels)
            page.Heading("Labels").Text(Labelled(chain));
        if (history.Epochs.Count > 0)
            page.Heading("Training").Picture(FlowPlots.Training(history.Epochs));
        page.Save(path);
        Console.WriteLine($"Page: {Path.GetFullPath(path)}");
    }

    private ITransformer Train(TrainingHistory history)
    {
        var options = new ImageVariationalFlowOptions
        {
            PixelBitsColumnName = "PixelBits",
            ContextColumnName = HasLabels ? "Key" : null,
            Latent = HasWords ? ImageLatent.Sequential : ImageLatent.None,
            ReconstructionColumnName = HasWords ? "Reconstruction" : null,
            Training = { TrainingTime = Time, Progress = history },
        };
        IDataView view = train.ToView(_ml);
        return HasLabels
            ? _ml.Transforms.Conversion.MapValueToKey("Key", "Label").Append(_ml.Transforms.ImageVariationalFlow(options)).Fit(view)
            : _ml.Transforms.ImageVariationalFlow(options).Fit(view);
    }

    private IDataView Draw(ITransformer chain, ImageVariationalFlowTransformer flow)
    {
        if (!HasLabels)
            return flow.Sample(New, seed: 1);
        string[] labels = [.. train.Rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal).Take(Shown + 2)];
        var wanted = new PictureTable(train.Channels, train.Height, train.Width, labels.SelectMany(label => Enumerable.Repeat(new PictureRow { Pixels = train.Rows[0].Pixels, Label = label }, OfEach)));
        return flow.Sample(Keys(chain).Transform(wanted.ToView(_ml)), seed: 1);
    }

    private static ITransformer Keys(ITransformer chain) => ((IEnumerable<ITransformer>)chain).First();

    private PictureTable Some(IEnumerable<(int Index, double Item)> order) =>
        new(test.Channels, test.Height, test.Width, order.Take(Shown).Select(one => test.Rows[one.Index]));

    // The middle of each from the next.
    private static PictureTable Patched(PictureTable pictures) => new(pictures.Channels, pictures.Height, pictures.Width, pictures.Rows.Select((row, i) =>
    {
        byte[] pixels = [.. row.Pixels], other = pictures.Rows[(i + 1) % pictures.Rows.Count].Pixels;
        for (int place = 0; place < pixels.Length; place++)
        {
            int x = place % pictures.Width, y = place / pictures.Width % pictures.Height;
            if (Math.Abs(2 * x - pictures.Width) < pictures.Width / 3 && Math.Abs(2 * y - pictures.Height) < pictures.Height / 3)
                pixels[place] = other[pixels.Length - 1 - place];
        }
        return new PictureRow { Pixels = pixels, Label = row.Label };
    }));

    private void Add(HtmlPage page, ITransformer chain, PictureTable pictures)
    {
        IDataView scored = chain.Transform(pictures.ToView(_ml));
        page.Picture(FlowPlots.Images(scored, columns: Shown, captionColumnName: "BitsPerDimension")).Picture(FlowPlots.ImageMaps(scored, columns: Shown));
    }

    // Bayes' choice: the label under which an image is most probable, where all are as frequent.
    private string Labelled(ITransformer chain)
    {
        string[] labels = [.. train.Rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        PictureTable some = test.Take(500);
        float[][] densities = [.. labels.Select(label => chain.Transform(new PictureTable(some.Channels, some.Height, some.Width, some.Rows.Select(row => new PictureRow { Pixels = row.Pixels, Label = label })).ToView(_ml)).GetColumn<float>("LogDensity").ToArray())];
        int right = some.Rows.Index().Count(row => labels[Enumerable.Range(0, labels.Length).MaxBy(label => densities[label][row.Index])] == row.Item.Label);
        return FormattableString.Invariant($"The label under which an image is most probable is its own for {right} of the first {some.Rows.Count} test images.");
    }
}
