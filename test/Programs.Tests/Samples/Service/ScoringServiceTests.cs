using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using ServiceSample;

namespace Programs.Tests.Samples.Service;

/// <summary>The service on loopback, with a detector from a file.</summary>
public sealed class ScoringServiceTests : IClassFixture<ScoringServiceTests.Running>
{
    // The names of columns begin with capitals.
    private static readonly JsonSerializerOptions s_asTheyAre = new();

    private readonly Running _running;

    public ScoringServiceTests(Running running) => _running = running;

    [Fact]
    public async Task Rows_are_judged_as_the_pipeline_does()
    {
        var rows = Enumerable.Range(0, 40).Select(i => new Reading { Speed = 1 + i * 0.1f, Pressure = 2 }).ToArray();
        float[] expected = [.. _running.Model.Transform(new MLContext().Data.LoadFromEnumerable(rows)).GetColumn<float>("Score")];
        using var response = await _running.Client.PostAsJsonAsync("/score", rows.Select(row => new { row.Speed, row.Pressure, Note = "not read" }), s_asTheyAre);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var judgements = await response.Content.ReadFromJsonAsync<Judgement[]>();
        Assert.Equal(expected, judgements!.Select(judgement => judgement.Score!.Value));
        Assert.All(judgements!, judgement => Assert.InRange(judgement.PValue!.Value, 0, 1));
        Assert.All(judgements!, judgement => Assert.Null(judgement.Why));
    }

    [Fact]
    public async Task Many_callers_at_once_get_their_own_answers()
    {
        var scores = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i => (Speed: i % 8, Score: await Score(i % 8))));
        foreach (var group in scores.GroupBy(pair => pair.Speed))
            Assert.Single(group.Select(pair => pair.Score).Distinct());
        Assert.Equal(8, scores.Select(pair => pair.Score).Distinct().Count());

        async Task<float> Score(int speed)
        {
            using var response = await _running.Client.PostAsJsonAsync("/score", new[] { new { Speed = speed, Pressure = 2 } }, s_asTheyAre);
            return (await response.Content.ReadFromJsonAsync<Judgement[]>())![0].Score!.Value;
        }
    }

    [Fact]
    public async Task An_odd_row_is_explained_and_a_missing_value_is_no_anomaly()
    {
        using var response = await _running.Client.PostAsJsonAsync("/explain", new object[] { new { Speed = 2, Pressure = 40 }, new { Speed = (float?)null, Pressure = 2 } }, s_asTheyAre);
        var judgements = (await response.Content.ReadFromJsonAsync<Judgement[]>())!;
        Assert.True(judgements[0].IsAnomaly);
        Assert.Equal(["Speed", "Pressure"], judgements[0].Why!.Keys);
        Assert.True(judgements[0].Why!["Pressure"].Nats > 1);
        Assert.InRange(judgements[0].Why!["Pressure"].Expected, 0, 10);
        Assert.Equal(new Judgement(null, false, null, null), judgements[1]);
    }

    [Theory]
    [InlineData("[]", "JSON array of 1 to")]
    [InlineData("{}", "JSON array of 1 to")]
    [InlineData("""[{ "Speed": 1 }]""", "Row 1 lacks 'Pressure'")]
    [InlineData("""[{ "Speed": 1, "Pressure": 2 }, { "Speed": "fast", "Pressure": 2 }]""", "Row 2 has \"fast\" in 'Speed'")]
    [InlineData("[3]", "Row 1 is no JSON object")]
    public async Task What_is_wrong_with_a_request_is_said(string body, string sentence)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _running.Client.PostAsync("/score", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains(sentence, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_that_it_is_well_and_what_a_row_has()
    {
        Assert.Equal("Healthy", await _running.Client.GetStringAsync("/health"));
        Assert.Equal(["Speed", "Pressure"], (await _running.Client.GetFromJsonAsync<string[]>("/columns"))!);
    }

    internal sealed class Reading
    {
        public float Speed { get; set; }

        public float Pressure { get; set; }
    }

    /// <summary>A service that was started.</summary>
    public sealed class Running : IAsyncLifetime
    {
        private readonly string _path = Path.GetTempFileName();
        private Detector? _detector;
        private WebApplication? _app;

        public ITransformer Model { get; private set; } = null!;

        public HttpClient Client { get; } = new();

        public async Task InitializeAsync()
        {
            var ml = new MLContext(seed: 1);
            var random = new Random(1);
            var table = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(_ => new Reading { Speed = 1 + 4 * random.NextSingle(), Pressure = 1 + 2 * random.NextSingle() }).ToArray());
            Model = ml.Transforms.Concatenate("Features", "Speed", "Pressure")
                .Append(ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions { Training = { Epochs = 3 } }))
                .Fit(table);
            ml.Model.Save(Model, table.Schema, _path);
            _detector = Detector.Load(_path);
            _app = ScoringService.Create(_detector, ["--urls", "http://127.0.0.1:0"]);
            await _app.StartAsync();
            Client.BaseAddress = new Uri(_app.Urls.First());
        }

        public async Task DisposeAsync()
        {
            Client.Dispose();
            await _app!.DisposeAsync();
            _detector!.Dispose();
            File.Delete(_path);
        }
    }
}
