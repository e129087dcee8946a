using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>Features on which a density grows without bound are found, told of once, and cost no long training.</summary>
public class DegenerateFeaturesTests
{
    private const int Rows = 900;

    private static readonly FlowArchitecture Tiny = new() { Dimensions = 4, Layers = 2, HiddenUnits = 16, EncoderHiddenUnits = 8, Bins = 4, Seed = 1 };

    private static readonly float[] Smooth = Numbers.Normal(4 * Rows, 1, 1);

    // Three categories, one-hot, beside a number.
    private static float[][] OneHot => Table((row, i) => i == 3 ? Smooth[row] : row % 3 == i ? 1 : 0);

    [Fact]
    public void Numbers_without_repetition_are_none()
    {
        Assert.Empty(Find(Table((row, i) => Smooth[4 * row + i])));
        Assert.Empty(Find(Table((row, i) => 0.01f * MathF.Round(100 * Smooth[4 * row + i]))));      // rounded to cents
        Assert.Empty(Find(Table((row, i) => Smooth[row] + 0.01f * Smooth[4 * row + i])));           // nearly the same
        Assert.Empty(Find(Table((row, i) => i == 2 ? 7 : Smooth[4 * row + i])));                    // a constant is filled with noise
        Assert.Empty(Find([.. Table((row, i) => row % 2).Take(15)]));                               // too few to tell
    }

    [Fact]
    public void Few_values_a_frequent_one_and_what_follows_from_others_are_found()
    {
        Assert.Equal([(0, "has 2 values only"), (1, "has 2 values only"), (2, "has 2 values only")], Find(OneHot));
        Assert.Equal([(1, "has 7 values only")], Find(Table((row, i) => i == 1 ? row * 5 % 7 : Smooth[4 * row + i])));
        Assert.Equal([(2, "has the value -1.5 in 40 % of the rows")], Find(Table((row, i) => i == 2 && row % 5 < 2 ? -1.5f : Smooth[4 * row + i])));
        Assert.Equal([(3, "follows exactly from the features before it")], Find(Table((row, i) => i == 3 ? 40 - 2 * Smooth[4 * row] + 3 * Smooth[4 * row + 1] : Smooth[4 * row + i])));
        Assert.Equal([(1, "follows exactly from the features before it"), (2, "follows exactly from the features before it")], Find(Table((row, i) => i == 3 ? Smooth[row] : Smooth[4 * row])));
    }

    [Fact]
    public void One_warning_names_them_and_no_long_training_begins()
    {
        var log = new ListLog();
        var settings = new TrainingSettings { ChoosesLatent = true, BatchSize = 64 };
        var model = FlowTrainer.Train(Tiny, settings, new ArrayRows(OneHot), null, null, log);
        string warning = Assert.Single(log.Warnings, message => message.Contains("without bound", StringComparison.Ordinal));
        Assert.StartsWith("Features[0] has 2 values only, Features[1] has 2 values only, Features[2] has 2 values only: a density grows", warning);
        Assert.DoesNotContain(log.Infos, message => message.Contains("trained for long", StringComparison.Ordinal));
        Assert.Contains(log.Infos, message => message.Contains("Training ends: held-out rows are told apart", StringComparison.Ordinal));
        Assert.InRange(model.Report.ValidationLogDensity, 0, 40);
    }

    [Fact]
    public void Noise_and_epochs_that_the_user_chose_are_respected()
    {
        var log = new ListLog();
        FlowTrainer.Train(Tiny, new TrainingSettings { Epochs = 2, Noise = 0.1 }, new ArrayRows(OneHot), null, null, log);
        Assert.Empty(log.Warnings);
        var model = FlowTrainer.Train(Tiny, new TrainingSettings { Epochs = 60, BatchSize = 64, Patience = 60 }, new ArrayRows(OneHot), null, null, log);
        Assert.Single(log.Warnings);
        Assert.Equal(60, model.Report.Epochs);
    }

    [Fact]
    public void The_pipeline_of_a_one_hot_column_names_the_slots_by_their_categories()
    {
        var ml = new MLContext(seed: 1);
        var warnings = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        string[] colors = ["red", "green", "blue"];
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Item { Color = colors[i % 3], Size = Smooth[i] }));
        var options = new NormalizingVariationalFlowOptions { Flow = { Layers = 2, HiddenUnits = 8, Latent = FlowLatent.None }, Training = { Epochs = 1 } };
        ml.Transforms.Categorical.OneHotEncoding("Kind", "Color")
            .Append(ml.Transforms.Concatenate("Features", "Kind", "Size"))
            .Append(ml.Transforms.NormalizingVariationalFlow(options))
            .Fit(rows);
        Assert.StartsWith("Features[0] 'Kind.red' has 2 values only, Features[1] 'Kind.green' has 2 values only", Assert.Single(warnings));
    }

    private static (int, string)[] Find(float[][] rows)
    {
        var data = TrainingData.Read(new ArrayRows(rows), null, new TrainingSettings(), 1);
        return [.. data.Degenerate.Select(feature => (feature.Slot, feature.Reason))];
    }

    private static float[][] Table(Func<int, int, float> value) =>
        [.. Enumerable.Range(0, Rows).Select(row => Enumerable.Range(0, 4).Select(i => value(row, i)).ToArray())];

    private sealed class Item
    {
        public string Color { get; set; } = "";

        public float Size { get; set; }
    }
}
