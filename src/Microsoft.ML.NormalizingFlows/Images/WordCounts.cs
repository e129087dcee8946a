namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>How often each word of a code book stands at each place of the grids of some images.</summary>
internal sealed class WordCounts(ImageSpec spec)
{
    private readonly int _words = spec.Codes!.Words, _places = spec.CodeLength;
    private readonly long[] _counts = new long[spec.CodeLength * spec.Codes.Words];     // (L, K)

    /// <summary>Words that stand anywhere.</summary>
    public int Used => InAll().Count(count => count > 0);

    /// <summary>How many words would take as many bits if all were as frequent.</summary>
    public double Perplexity
    {
        get
        {
            long[] counts = InAll();
            double sum = counts.Sum();
            return Math.Exp(-counts.Where(count => count > 0).Sum(count => count / sum * Math.Log(count / sum)));
        }
    }

    /// <param name="grids">Words, (images, L).</param>
    public void Add(ReadOnlySpan<int> grids)
    {
        for (int i = 0; i < grids.Length; i++)
            _counts[i % _places * _words + grids[i]]++;
    }

    /// <summary>Of each word at each place, (L, K); each has seen one image more, in which words are as frequent as in all.</summary>
    public float[] LogFrequencies()
    {
        long[] all = InAll();
        double sum = all.Sum(), images = sum / _places;
        return [.. _counts.Select((count, i) => (float)Math.Log((count + (all[i % _words] + 1) / (sum + _words)) / (images + 1)))];
    }

    private long[] InAll() => [.. Enumerable.Range(0, _words).Select(word => Enumerable.Range(0, _places).Sum(place => _counts[place * _words + word]))];
}
