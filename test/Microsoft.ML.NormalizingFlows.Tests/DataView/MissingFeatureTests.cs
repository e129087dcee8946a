namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class MissingFeatureTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_row_with_a_missing_or_infinite_feature_has_missing_scores_and_disturbs_no_other()
    {
        float[] bad = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var people = Enumerable.Range(0, 60).Select(Person.Number).ToList();
        for (int i = 0; i < 60; i += 3)
            people[i].Features[i % 2] = bad[i / 3 % 3];
        var scored = Fake.Transformer(_ml, out var evaluator).Transform(_ml.Data.LoadFromEnumerable(people));
        int row = 0;
        foreach (var person in _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: true))
        {
            if (row % 3 == 0)
                AssertMissing(person);
            else
                person.AssertIs(row);
            row++;
        }
        Assert.Equal(40, evaluator.Rows);
    }

    [Fact]
    public void A_batch_of_missing_rows_never_reaches_the_evaluator()
    {
        var people = Enumerable.Range(0, 20).Select(Person.Number).ToList();
        people.ForEach(person => person.Features[1] = float.NaN);
        var scored = Fake.Transformer(_ml, out var evaluator).Transform(_ml.Data.LoadFromEnumerable(people));
        foreach (var person in _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: true))
            AssertMissing(person);
        Assert.Empty(evaluator.Batches);
    }

    private static void AssertMissing(ScoredPerson person)
    {
        Assert.Equal(float.NaN, person.LogDensity);
        Assert.Equal(0u, person.LatentCluster);
        Assert.Equal(-1, person.LatentClusterIndex);
        Assert.All(person.LatentProbabilities, value => Assert.Equal(float.NaN, value));
        Assert.Equal(Fake.States, person.LatentProbabilities.Length);
        Assert.All(person.BaseVector, value => Assert.Equal(float.NaN, value));
        Assert.Equal(Fake.Dimensions, person.BaseVector.Length);
    }
}
