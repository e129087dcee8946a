namespace Benchmarks;

/// <summary>
/// Area under the ROC curve, the chance that an anomaly scores above a normal row, ties counting half
/// (Mann and Whitney 1947).
/// </summary>
internal static class Auroc
{
    public static double Of(IReadOnlyList<double> scores, IReadOnlyList<bool> anomalies)
    {
        int[] order = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i])];
        double rankSum = 0;
        long positives = 0;
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            while (end < order.Length && scores[order[end]] == scores[order[start]])
                end++;
            double rank = (start + 1 + end) / 2.0; // the mean rank of those that tie
            for (; start < end; start++)
            {
                if (!anomalies[order[start]])
                    continue;
                rankSum += rank;
                positives++;
            }
        }
        long negatives = scores.Count - positives;
        return (rankSum - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }
}
