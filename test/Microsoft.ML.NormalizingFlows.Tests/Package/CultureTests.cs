using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests.Synthesis;

namespace Microsoft.ML.NormalizingFlows.Tests.Package;

/// <summary>What the library computes and writes is the same in every culture.</summary>
public sealed class CultureTests
{
    [Fact]
    public void Interpolated_fractions_name_their_culture() => Assert.Empty(Cultures.Unnamed(typeof(NormalizingVariationalFlowTransformer).Assembly));

    [Fact]
    public void A_training_says_and_draws_the_same_in_a_culture_of_decimal_commas()
    {
        string expected = In(CultureInfo.InvariantCulture, TrainAndDraw);
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = commas.NumberFormat.PercentDecimalSeparator = ",";
        commas.NumberFormat.NumberGroupSeparator = ".";
        commas.NumberFormat.NegativeSign = "−";
        Assert.Equal(expected, In(commas, TrainAndDraw));
        Assert.Contains("held-out", expected);
    }

    /// <summary>The messages and the results of a density, a detector, a clustering and a synthesizer, and an error of each.</summary>
    private static string TrainAndDraw()
    {
        var ml = new MLContext(seed: 1);
        var lines = new List<string>();
        ml.Log += (_, message) =>
        {
            if (message.Source.Contains("Flow", StringComparison.Ordinal) || message.Source.Contains("Synthe", StringComparison.Ordinal))
                lines.Add(WithoutTimes(message.Message));
        };
        var rows = ml.Data.LoadFromEnumerable(FeatureRow.From(SmallFlow.Ring.Draw(300, seed: 1).Rows));
        FlowOptions flow = new() { Latent = FlowLatent.Discrete(2), Layers = 1, HiddenUnits = 8 };
        TrainingOptions training = new() { Epochs = 3, Seed = 1, Threads = 1 };
        using var density = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions { Flow = flow, Training = training }).Fit(rows);
        lines.AddRange(density.Sample(5, seed: 1).GetColumn<float[]>("Features").Select(row => string.Join(' ', row.Select(value => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture)))));
        using var detector = ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions { Flow = flow, Training = training }).Fit(rows);
        using var clustering = ml.Clustering.Trainers.NormalizingVariationalFlow(
            new NormalizingVariationalFlowClusteringOptions { NumberOfClusters = 2, Flow = flow, Training = training, Restarts = 1 }).Fit(rows);
        var visits = ml.Data.LoadFromEnumerable(Visit.Draw(300, seed: 1));
        using var synthesizer = ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1, Threads = 1 }).Fit(visits);
        lines.AddRange(SmallSynthesizer.Read(synthesizer.Sample(5, seed: 1)).Select(visit => FormattableString.Invariant($"{visit.Kind}")));
        lines.Add(Assert.ThrowsAny<InvalidOperationException>(() => ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(
            new NormalizingVariationalFlowAnomalyOptions { FalsePositiveRate = 0.0001, Flow = flow, Training = training }).Fit(rows)).Message);
        lines.Add(Assert.ThrowsAny<ArgumentException>(() => ml.Transforms.NormalizingVariationalFlow(
            new NormalizingVariationalFlowOptions { Training = { LearningRate = -0.5f } })).Message);
        return string.Join('\n', lines);
    }

    /// <summary>Seconds differ from run to run.</summary>
    private static string WithoutTimes(string message) =>
        System.Text.RegularExpressions.Regex.Replace(message, @"[\d.]+ s\b|Elapsed [\d:.]+", "TIME");

    private static string In(CultureInfo culture, Func<string> work)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
