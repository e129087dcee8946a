using Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// The pictures that a flow asks for, ready made, of plots of ScottPlot. Of a longer table the first 100,000 rows are read. A few values far
/// beyond all others are left out of the axes.
/// </summary>
/// <example>
/// <code>
/// FlowPlots.Density(model, data).Save("density.svg");
/// FlowPlots.Pairs(data, model.Sample(5_000, seed: 1), "Features").Save("pairs.png");
/// FlowPlots.Scores(detector.Transform(test), threshold: 12.5).Save("scores.svg");
/// </code>
/// </example>
public static class FlowPlots
{
    /// <summary>The density of a flow of one or two features beside the data; in two dimensions beside samples, too.</summary>
    /// <param name="model">The flow.</param>
    /// <param name="data">A table with the feature column of the flow.</param>
    /// <returns>The plots, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">The flow has more than two features, the table has no rows, or its columns do not fit.</exception>
    public static PlotGrid Density(NormalizingVariationalFlowTransformer model, IDataView data)
    {
        ArgumentNullException.ThrowIfNull(model);
        return DensityPlots.Of(model, data);
    }

    /// <summary>The histogram of one column of numbers, or of two together.</summary>
    /// <param name="data">The table.</param>
    /// <param name="columns">One or two columns of numbers, or a vector of one or two; none takes all columns of numbers.</param>
    /// <returns>The plots, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">There are more columns than two, one is absent or has no numbers, or the table has no rows.</exception>
    public static PlotGrid Density(IDataView data, params string[] columns) => DensityPlots.Of(NumberColumn.Read(data, columns));

    /// <summary>Each column against each other one, samples beside data.</summary>
    /// <param name="data">The table.</param>
    /// <param name="samples">Rows drawn from a model of it, with the same columns; null draws the data alone.</param>
    /// <param name="columns">Columns of numbers, or vectors whose slots are taken one by one: two to eight; none takes all columns of numbers.</param>
    /// <returns>The plots, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">There are fewer columns than two or more than eight, one is absent or has no numbers, or a table has no rows.</exception>
    public static PlotGrid Pairs(IDataView data, IDataView? samples = null, params string[] columns)
    {
        var drawn = NumberColumn.Read(data, columns);
        // A vector has slot names in one table, perhaps, and none in the other.
        return PairPlots.Of(drawn, samples is null ? null : NumberColumn.Read(samples, columns.Length > 0 ? columns : [.. drawn.Select(column => column.Name)]));
    }

    /// <summary>The held-out log-density of each epoch, and that of the training rows.</summary>
    /// <param name="history">What a training reported, such as <see cref="TrainingHistory.Epochs"/>.</param>
    /// <returns>The plots, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">There is no epoch.</exception>
    public static PlotGrid Training(IEnumerable<TrainingProgress> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return TrainingPlot.Of([.. history]);
    }

    /// <summary>The histogram of scores, with the threshold between usual and unusual rows.</summary>
    /// <param name="scored">A table with scores.</param>
    /// <param name="threshold">Where rows begin to be unusual; null draws none.</param>
    /// <param name="scoreColumnName">The column of scores, one number a row.</param>
    /// <param name="labelColumnName">A column of Boolean, or of 0 and 1, whose two kinds of rows are drawn apart; null draws all rows together.</param>
    /// <returns>The plots, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">A column is absent or has no numbers, no score is finite, or the table has no rows.</exception>
    public static PlotGrid Scores(IDataView scored, double? threshold = null, string scoreColumnName = "Score", string? labelColumnName = null)
    {
        string[] names = labelColumnName is null ? [scoreColumnName] : [scoreColumnName, labelColumnName];
        var columns = NumberColumn.Read(scored, names);
        if (columns.Count != names.Length)
            throw new ArgumentException($"The column '{scoreColumnName}' has several values a row, but a score is one number: choose another column.", nameof(scoreColumnName));
        return ScoresPlot.Of(columns[0], labelColumnName is null ? null : columns[1], threshold);
    }

    /// <summary>Small images beside one another, such as those that <see cref="ImageVariationalFlowTransformer.Sample(long, int?)"/> draws; up to 400.</summary>
    /// <param name="data">A table of images.</param>
    /// <param name="columnName">The column of images: a vector of (channels, height, width), (height, width) or (height, width, 3) levels from 0 to 255.</param>
    /// <param name="columns">Images beside one another, 1 or more.</param>
    /// <param name="captionColumnName">A column of texts or numbers that stand below the images; null for none.</param>
    /// <returns>The plot, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">A column is absent or of another type, or the table has no rows.</exception>
    public static PlotGrid Images(IDataView data, string columnName = "Pixels", int columns = 8, string? captionColumnName = null) =>
        new ImagePlot(data, columnName, captionColumnName).Pixels("", columns);

    /// <summary>Maps in the form of images beside one another, such as <see cref="ImageVariationalFlowOptions.PixelBitsColumnName"/>: where each image is odd; up to 400.</summary>
    /// <param name="data">A table of maps.</param>
    /// <param name="columnName">The column of maps: a vector of (channels, height, width) or (height, width) numbers from 0 up, whose channels are summed.</param>
    /// <param name="columns">Maps beside one another, 1 or more.</param>
    /// <param name="captionColumnName">A column of texts or numbers that stand below the maps; null for none.</param>
    /// <returns>The plot, to be restyled and saved.</returns>
    /// <exception cref="ArgumentException">A column is absent or of another type, or the table has no rows.</exception>
    public static PlotGrid ImageMaps(IDataView data, string columnName = "PixelBits", int columns = 8, string? captionColumnName = null) =>
        new ImagePlot(data, columnName, captionColumnName).Maps("", "bits", columns);
}
