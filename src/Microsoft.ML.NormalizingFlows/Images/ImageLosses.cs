namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>What an evaluator says of many images.</summary>
internal static class ImageLosses
{
    private const int Block = 64;

    /// <summary>The mean of -log p(x) in nats, or of its bound.</summary>
    public static double MeanLoss(this IImageEvaluator evaluator, ImageTable images, WordCounts? words = null)
    {
        var (pixels, codes) = evaluator.MeanLosses(images, words);
        return pixels + codes;
    }

    /// <summary>The means of -log p(x|z) and of -log p(z) in nats, summed in float64.</summary>
    /// <param name="evaluator">Of a flow of images.</param>
    /// <param name="images">Whose.</param>
    /// <param name="words">Counts the words, too.</param>
    public static (double Pixels, double Codes) MeanLosses(this IImageEvaluator evaluator, ImageTable images, WordCounts? words)
    {
        var spec = evaluator.Spec;
        int values = spec.Shape.Values, context = spec.Context, terms = spec.Terms;
        var levels = new byte[Block * values];
        var given = new float[Block * context];
        var logs = new float[Block * terms];
        var codes = new int[Block * spec.CodeLength];
        var codeLogs = new float[Block];
        double pixelSum = 0, codeSum = 0;
        for (int start = 0; start < images.Count; start += Block)
        {
            int count = Math.Min(Block, images.Count - start);
            images.Copy([.. Enumerable.Range(start, count)], levels, given);
            evaluator.Score(levels.AsSpan(0, count * values), given.AsSpan(0, count * context), count, logs, codes, codeLogs);
            foreach (float log in logs.AsSpan(0, count * terms))
                pixelSum -= log;
            words?.Add(codes.AsSpan(0, count * spec.CodeLength));
            foreach (float log in spec.Codes is null ? [] : codeLogs.AsSpan(0, count))
                codeSum -= log;
        }
        return (pixelSum / images.Count, codeSum / images.Count);
    }
}
