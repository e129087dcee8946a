using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>A synthesizer of <see cref="Pet"/>s, whose rows are few enough to be counted one by one.</summary>
public sealed class SmallPets
{
    public SmallPets()
    {
        Synthesizer = Ml.Data.Synthesizer(new SynthesizerOptions { Trees = 4, Seed = 1, Threads = 1 }).Fit(Load(Pet.Draw(4_000, seed: 2)));
        float[] logs = [.. Synthesizer.Transform(Load(Pet.All)).GetColumn<float>("LogDensity")];
        Probabilities = Pet.All.Zip(logs).ToDictionary(pair => pair.First, pair => Math.Exp(pair.Second));
    }

    public MLContext Ml { get; } = new(seed: 1);

    public SynthesizerTransformer Synthesizer { get; }

    /// <summary>That the synthesizer gives to every row.</summary>
    public IReadOnlyDictionary<Pet, double> Probabilities { get; }

    public IDataView Load(IEnumerable<Pet> pets) => Ml.Data.LoadFromEnumerable(pets);

    public Pet[] Read(IDataView view) => [.. Ml.Data.CreateEnumerable<Pet>(view, reuseRowObject: false)];

    /// <summary>
    /// Pearson's chi-squared statistic of rows against the probabilities of those that fulfil a condition, below what one in 8,000 samples has; see
    /// <see cref="ParticleDrawTests"/> for the bound. Rows that are expected less than once count together.
    /// </summary>
    public void AssertFollows(IReadOnlyCollection<Pet> rows, Func<Pet, bool> condition)
    {
        double sum = Probabilities.Where(pair => condition(pair.Key)).Sum(pair => pair.Value);
        var counts = rows.CountBy(pet => pet).ToDictionary();
        double statistic = 0, rareExpected = 0, rareCount = 0;
        int cells = 1;
        foreach (var (pet, probability) in Probabilities)
        {
            int count = counts.GetValueOrDefault(pet);
            double expected = condition(pet) ? rows.Count * probability / sum : 0;
            Assert.True(condition(pet) || count == 0, $"{pet} was drawn");
            if (expected < 1)
            {
                (rareExpected, rareCount) = (rareExpected + expected, rareCount + count);
                continue;
            }
            cells++;
            statistic += Math.Pow(count - expected, 2) / expected;
        }
        statistic += Math.Pow(rareCount - rareExpected, 2) / Math.Max(1, rareExpected);
        double bound = 1.5 * (cells - 1 + 2 * Math.Sqrt((cells - 1) * 9) + 18);
        Assert.True(statistic < bound, $"{statistic} of at most {bound} for {cells} kinds of rows");
    }
}
