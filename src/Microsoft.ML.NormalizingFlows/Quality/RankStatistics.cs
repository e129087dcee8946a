namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>How well scores predict.</summary>
internal static class RankStatistics
{
    /// <summary>The area under the ROC curve: how often a positive scores above a negative, ties counted half. 0.5 where one kind is absent.</summary>
    public static double AreaUnderCurve(double[] scores, IReadOnlyList<bool> positive)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        double ranks = 0;
        long positives = 0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && scores[order[end]] == scores[order[start]]; end++)
            {
            }
            double rank = (start + 1 + end) / 2.0;
            for (int i = start; i < end; i++)
            {
                if (positive[order[i]])
                {
                    ranks += rank;
                    positives++;
                }
            }
        }
        long negatives = scores.Length - positives;
        return positives == 0 || negatives == 0 ? 0.5 : (ranks - positives * (positives + 1) / 2.0) / positives / negatives;
    }

    /// <summary>1 minus the squared errors by those of the mean.</summary>
    public static double RSquared(double[] predictions, double[] truth)
    {
        double mean = truth.Average();
        double total = truth.Sum(value => (value - mean) * (value - mean));
        return total > 0 ? 1 - truth.Zip(predictions).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)) / total : 0;
    }
}
