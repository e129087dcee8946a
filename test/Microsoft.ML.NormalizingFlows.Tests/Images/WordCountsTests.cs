using Microsoft.ML.NormalizingFlows.Images;

namespace Microsoft.ML.NormalizingFlows.Tests.Images;

public sealed class WordCountsTests
{
    private const int Words = 4;

    // Two places of 4 x 4 pixels.
    private static readonly ImageSpec s_spec = new()
    {
        Shape = new ImageShape(1, 4, 8), Bits = 8, Levels = 256, HiddenChannels = 4, Blocks = 1, Background = 0, Components = 0,
        Codes = new CodeSpec { Words = Words, Dimensions = 2, PriorLayers = 1, PriorWidth = 32 },
    };

    [Fact]
    public void Frequencies_are_a_distribution_at_each_place_that_leaves_no_word_out()
    {
        var words = new WordCounts(s_spec);
        words.Add([0, 1, 0, 2, 0, 1]);
        float[] logs = words.LogFrequencies();
        Assert.All(logs.Chunk(Words), place => Assert.Equal(1, place.Sum(log => Math.Exp(log)), 1e-6));
        // Three images and one in which words are as frequent as in all: (3 + 4 / 10) / 4 of word 0 at the first place, (0 + 1 / 10) / 4 of word 3.
        Assert.Equal([Math.Log(3.4 / 4), Math.Log(0.1 / 4)], [logs[0], logs[3]], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Words_that_are_as_frequent_have_their_number_as_perplexity()
    {
        var words = new WordCounts(s_spec);
        words.Add([0, 1, 1, 3, 3, 0]);
        Assert.Equal(3, words.Perplexity, 1e-12);
        Assert.Equal(3, words.Used);
    }
}
