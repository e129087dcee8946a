namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>The sequences of words that are nearest to what an encoder gives, by the sum of the squared distances.</summary>
internal static class NearestCodes
{
    /// <summary>Sequences, the nearest first, one behind the other; all of them where there are not as many as asked for.</summary>
    /// <param name="distances">Of each word at each place, (L, K).</param>
    /// <param name="length">L.</param>
    /// <param name="words">K.</param>
    /// <param name="count">How many are asked for.</param>
    public static int[] Of(ReadOnlySpan<float> distances, int length, int words, int count)
    {
        // The nearest beginnings, place by place: what is not among those of a place is not among those of the next.
        double[] sums = [0];
        var steps = new (int Before, int Word)[length][];
        for (int place = 0; place < length; place++)
        {
            float[] own = distances.Slice(place * words, words).ToArray();
            float least = own.Min();
            int[] options = [.. Enumerable.Range(0, words).OrderBy(word => own[word]).Take(count)];
            (double Sum, int Before, int Word)[] best =
            [
                .. sums.SelectMany((sum, before) => options.Select(word => (Sum: sum + own[word] - least, Before: before, Word: word))).OrderBy(step => step.Sum).Take(count),
            ];
            sums = [.. best.Select(step => step.Sum)];
            steps[place] = [.. best.Select(step => (step.Before, step.Word))];
        }
        var found = new int[sums.Length * length];
        for (int i = 0; i < sums.Length; i++)
        {
            int at = i;
            for (int place = length - 1; place >= 0; place--)
                (at, found[i * length + place]) = steps[place][at];
        }
        return found;
    }
}
