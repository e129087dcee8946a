using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class PredictionEngineTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void One_row_is_scored_as_in_a_batch()
    {
        var transformer = Fake.Transformer(_ml, out _);
        using var engine = _ml.Model.CreatePredictionEngine<Person, ScoredPerson>(transformer);
        foreach (int i in new[] { 0, 5, 5, 1, 100 })
            engine.Predict(Person.Number(i)).AssertIs(i);
    }

    [Fact]
    public void All_columns_of_a_row_cost_one_call()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Person, ScoredPerson>(Fake.Transformer(_ml, out var evaluator));
        engine.Predict(Person.Number(3));
        engine.Predict(Person.Number(4));
        Assert.Equal([1, 1], evaluator.Batches);
    }

    [Fact]
    public void Within_a_chain()
    {
        var transformer = Fake.Transformer(_ml, Fake.AllColumns with { Feature = "Copy" }, out _);
        var chain = new TransformerChain<ITransformer>(
            _ml.Transforms.CopyColumns("Copy", "Features").Fit(Person.View(_ml, 1)), transformer,
            _ml.Transforms.CopyColumns("Density", "LogDensity").Fit(transformer.Transform(
                _ml.Transforms.CopyColumns("Copy", "Features").Fit(Person.View(_ml, 1)).Transform(Person.View(_ml, 1)))));
        using var engine = _ml.Model.CreatePredictionEngine<Person, DensityOnly>(chain);
        Assert.Equal(-10.5f, engine.Predict(Person.Number(5)).Density);
    }

    [Fact]
    public void Two_engines_on_two_threads()
    {
        var transformer = Fake.Transformer(_ml, out _);
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        Parallel.For(0, 2, _ =>
        {
            using var engine = _ml.Model.CreatePredictionEngine<Person, ScoredPerson>(transformer, options);
            for (int i = 0; i < 500; i++)
                engine.Predict(Person.Number(i)).AssertIs(i);
        });
    }

    [Fact]
    public void A_missing_feature_gives_missing_scores()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Person, ScoredPerson>(Fake.Transformer(_ml, out _));
        var person = Person.Number(4);
        person.Features[0] = float.NaN;
        var scored = engine.Predict(person);
        Assert.Equal(float.NaN, scored.LogDensity);
        Assert.Equal(0u, scored.LatentCluster);
        engine.Predict(Person.Number(4)).AssertIs(4);
    }

    [Fact]
    public void An_engine_that_owns_the_transformer_disposes_it_and_the_error_says_so()
    {
        var transformer = Fake.Transformer(_ml, out var evaluator);
        using (var engine = _ml.Model.CreatePredictionEngine<Person, ScoredPerson>(transformer))
            engine.Predict(Person.Number(1)).AssertIs(1);
        Assert.True(evaluator.Disposed);
        var error = Assert.Throws<ObjectDisposedException>(() => _ml.Model.CreatePredictionEngine<Person, ScoredPerson>(transformer));
        Assert.Contains("OwnsTransformer", error.Message);
    }

    [Fact]
    public void The_mapper_needs_only_what_is_asked_for()
    {
        var input = Person.View(_ml, 1).Schema;
        var mapper = ((ITransformer)Fake.Transformer(_ml, out _)).GetRowToRowMapper(input);
        Assert.Same(input, mapper.InputSchema);
        Assert.Equal(["Features"], mapper.GetDependencies([mapper.OutputSchema["LogDensity"]]).Select(column => column.Name));
        Assert.Equal(["Id"], mapper.GetDependencies([mapper.OutputSchema["Id"]]).Select(column => column.Name));
        Assert.Equal(
            ["Features", "Id"], mapper.GetDependencies([mapper.OutputSchema["Id"], mapper.OutputSchema["BaseVector"]]).Select(column => column.Name));
    }

    [Fact]
    public void The_row_of_a_mapper_refuses_other_columns_and_other_schemas()
    {
        var view = Person.View(_ml, 2);
        var mapper = ((ITransformer)Fake.Transformer(_ml, out _)).GetRowToRowMapper(view.Schema);
        using var cursor = view.GetRowCursor(view.Schema);
        var row = mapper.GetRow(cursor, [mapper.OutputSchema["LogDensity"]]);
        Assert.Throws<InvalidOperationException>(() => row.GetGetter<int>(mapper.OutputSchema["LatentClusterIndex"]));
        Assert.Throws<InvalidOperationException>(() => row.GetGetter<int>(mapper.OutputSchema["Id"]));
        Assert.Throws<InvalidOperationException>(() => row.GetGetter<int>(mapper.OutputSchema["LogDensity"]));
        var other = ((ITransformer)Fake.Transformer(_ml, out _)).GetRowToRowMapper(Person.View(_ml, 1).Schema);
        Assert.Throws<ArgumentException>(() => other.GetRow(cursor, other.OutputSchema));

        var density = row.GetGetter<float>(mapper.OutputSchema["LogDensity"]);
        float value = 0;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            density(ref value);
            Assert.Equal(-2f * i - 0.5f, value);
            Assert.Equal(i, row.Position);
        }
    }

    private sealed class DensityOnly
    {
        public float Density { get; set; }
    }
}
