using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>A row with a feature column and columns of other types to pass through.</summary>
public sealed class Person
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public int Id { get; set; }

    public string Name { get; set; } = "";

    public bool Flag { get; set; }

    public double Wealth { get; set; }

    public DateTime Born { get; set; }

    [KeyType(10)]
    public uint Group { get; set; }

    /// <summary>Of another length in each row.</summary>
    public float[] Visits { get; set; } = [];

    [VectorType(3)]
    public string[] Words { get; set; } = [];

    public static Person Number(int i) => new()
    {
        Features = [i, i + 0.5f],
        Id = i,
        Name = $"Name {i}",
        Flag = i % 2 == 0,
        Wealth = i * 1.5,
        Born = new DateTime(2000, 1, 1).AddDays(i),
        Group = (uint)(i % 10), // ML.NET counts the keys of a class from 0
        Visits = [.. Enumerable.Range(0, i % 4).Select(j => (float)(i + j))],
        Words = [$"a{i}", $"b{i}", $"c{i}"],
    };

    public static IDataView View(MLContext ml, int rows) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(Number).ToList());
}

/// <summary>A row as it is scored.</summary>
public sealed class ScoredPerson
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public float[] Features { get; set; } = [];

    public float[] Visits { get; set; } = [];

    public string[] Words { get; set; } = [];

    public float LogDensity { get; set; }

    public uint LatentCluster { get; set; }

    public int LatentClusterIndex { get; set; }

    public float[] LatentProbabilities { get; set; } = [];

    public float[] BaseVector { get; set; } = [];

    /// <summary>That this is the scored form of <see cref="Person.Number"/>.</summary>
    public void AssertIs(int i)
    {
        var person = Person.Number(i);
        Assert.Equal(i, Id);
        Assert.Equal(person.Name, Name);
        Assert.Equal(person.Features, Features);
        Assert.Equal(person.Visits, Visits);
        Assert.Equal(person.Words, Words);
        Assert.Equal(FakeEvaluator.LogDensity(person.Features), LogDensity);
        int state = FakeEvaluator.State(person.Features, Fake.States);
        Assert.Equal((uint)state + 1, LatentCluster);
        Assert.Equal(state, LatentClusterIndex);
        Assert.Equal(Fake.States, LatentProbabilities.Length);
        Assert.True(LatentProbabilities[state] > 0.9f);
        Assert.Equal([2 * person.Features[0], 2 * person.Features[1]], BaseVector);
    }
}
