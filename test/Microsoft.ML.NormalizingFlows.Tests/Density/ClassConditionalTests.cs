using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>Densities of known classes: the class is a key and the context.</summary>
public class ClassConditionalTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Labelled
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public string Kind { get; set; } = "";
    }

    private static readonly string[] s_kinds = ["north", "east", "south", "west"];

    private IDataView Rows(int count, ulong seed)
    {
        var (rows, components) = SmallFlow.Ring.Draw(count, seed);
        return _ml.Data.LoadFromEnumerable(rows.Zip(components, (row, component) => new Labelled { Features = row, Kind = s_kinds[component] }));
    }

    [Fact]
    public void Rows_are_classified_by_the_class_under_which_they_are_densest()
    {
        var keys = _ml.Transforms.Conversion.MapValueToKey("Class", "Kind").Fit(Rows(1_000, seed: 1));
        IDataView train = keys.Transform(Rows(1_000, seed: 1)), test = keys.Transform(Rows(500, seed: 2));
        using var flow = _ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            ContextColumnName = "Class",
            Flow = { Latent = FlowLatent.None, Layers = 2, HiddenUnits = 16 },
            Training = { Epochs = 40, BatchSize = 64, Seed = 1 },
        }).Fit(train);

        float[][] features = [.. test.GetColumn<float[]>("Features")];
        uint[] actual = [.. test.GetColumn<uint>("Class")];
        float[][] densities = [.. Enumerable.Range(1, 4).Select(key => DensityUnder((uint)key))];
        int right = Enumerable.Range(0, actual.Length).Count(i => Enumerable.Range(0, 4).MaxBy(k => densities[k][i]) + 1 == actual[i]);
        // The rings' components stand eight standard deviations apart.
        Assert.InRange(right / (double)actual.Length, 0.99, 1);
        // With even classes p(x) is their mean, and each density that of a Normal.
        double truth = features.Average(SmallFlow.Ring.LogDensity);
        double learned = Enumerable.Range(0, features.Length).Average(i => Math.Log(densities.Average(density => Math.Exp(density[i]))));
        Assert.InRange(learned, truth - 0.15, truth + 0.05);
        float[][] drawn = [.. flow.Sample(test, seed: 1).GetColumn<float[]>("Features")];
        int near = Enumerable.Range(0, drawn.Length).Count(i => Math.Sqrt(Math.Pow(drawn[i][0] - Center(actual[i], 0), 2) + Math.Pow(drawn[i][1] - Center(actual[i], 1), 2)) < 2);
        Assert.InRange(near / (double)drawn.Length, 0.98, 1);

        double Center(uint key, int axis) => features.Where((_, i) => actual[i] == key).Average(row => row[axis]);

        float[] DensityUnder(uint key)
        {
            string kind = s_kinds[0];
            VBuffer<ReadOnlyMemory<char>> names = default;
            train.Schema["Class"].GetKeyValues(ref names);
            kind = names.GetItemOrDefault((int)key - 1).ToString();
            var asked = keys.Transform(_ml.Data.LoadFromEnumerable(features.Select(row => new Labelled { Features = row, Kind = kind })));
            return [.. flow.Transform(asked).GetColumn<float>("LogDensity")];
        }
    }

    [Fact]
    public void A_class_that_is_missing_has_no_score_and_another_key_is_refused()
    {
        var keys = _ml.Transforms.Conversion.MapValueToKey("Class", "Kind").Fit(Rows(300, seed: 1));
        using var flow = _ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            ContextColumnName = "Class", Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 4 }, Training = { Epochs = 1 },
        }).Fit(keys.Transform(Rows(300, seed: 1)));
        Labelled[] rows = [new() { Features = [0, 1], Kind = "nowhere" }, new() { Features = [0, 1], Kind = "east" }];
        var scored = flow.Transform(keys.Transform(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Equal([true, false], scored.GetColumn<float>("LogDensity").Select(float.IsNaN));

        var two = _ml.Transforms.Conversion.MapValueToKey("Class", "Kind").Fit(_ml.Data.LoadFromEnumerable(rows));
        string message = Assert.ThrowsAny<ArgumentException>(() => flow.Transform(two.Transform(_ml.Data.LoadFromEnumerable(rows)))).Message;
        Assert.Contains("The context column 'Class' has 2 values a row", message, StringComparison.Ordinal);
        Assert.Contains("but the model was trained on a key of 4", message, StringComparison.Ordinal);
        var numbers = _ml.Transforms.Conversion.MapKeyToVector("Class").Fit(keys.Transform(Rows(10, seed: 1))).Transform(keys.Transform(Rows(10, seed: 1)));
        Assert.Contains("trained on a key of 4", Assert.ThrowsAny<ArgumentException>(() => flow.Transform(numbers)).Message, StringComparison.Ordinal);
    }
}
