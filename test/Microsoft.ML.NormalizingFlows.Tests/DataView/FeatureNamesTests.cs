using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public sealed class FeatureNamesTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public FeatureNamesTests() => _ml.Log += (_, log) =>
    {
        if (log.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(log.Message);
    };

    [Theory]
    [InlineData("A,B", null)]
    [InlineData("B,A", "in another order than")]
    [InlineData("A,C", "not those that")]
    public void Other_names_than_in_training_are_warned_of_once_also_saved_and_loaded(string columns, string? warning)
    {
        var table = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Row { A = i % 7, B = i % 11, C = i % 5 }).ToList());
        var options = new NormalizingVariationalFlowAnomalyOptions
        {
            FalsePositiveRate = 0.1, Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 1 }, Training = { Epochs = 1 },
        };
        using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options).Fit(Features(table, "A", "B"));
        using var stream = new MemoryStream();
        _ml.Model.Save(detector, Features(table, "A", "B").Schema, stream);
        stream.Position = 0;
        foreach (var model in new[] { detector, _ml.Model.Load(stream, out _) })
        {
            _warnings.Clear();
            var scored = model.Transform(Features(table, columns.Split(',')));
            _ = model.GetOutputSchema(Features(table, columns.Split(',')).Schema);
            Assert.Equal(100, scored.Preview(100).RowView.Length);
            Assert.Equal(warning is null ? 0 : 1, _warnings.Count);
            Assert.All(_warnings, message => Assert.Contains(warning!, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_sentence_names_some_and_what_to_do()
    {
        string[] names = [.. Enumerable.Range(0, 9).Select(i => $"f{i}")];
        Assert.Null(FeatureNames.Difference("x", names, names));
        Assert.Null(FeatureNames.Difference("x", null, names));
        Assert.Null(FeatureNames.Difference("x", names, [.. names.Select((name, i) => i == 3 ? "" : name)]));
        string swapped = FeatureNames.Difference("x", names, [.. names.Reverse()])!;
        Assert.Contains("'f8' in place of 'f0' at 0", swapped, StringComparison.Ordinal);
        Assert.Contains("and 4 more", swapped, StringComparison.Ordinal);
        Assert.EndsWith("give Concatenate the columns in the order of training.", swapped, StringComparison.Ordinal);
        Assert.EndsWith("where they were renamed alone.", FeatureNames.Difference("x", ["a", "b"], ["a", "c"])!, StringComparison.Ordinal);
    }

    private IDataView Features(IDataView table, params string[] columns) => _ml.Transforms.Concatenate("Features", columns).Fit(table).Transform(table);

    private sealed class Row
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }
    }
}
