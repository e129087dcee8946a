using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Chains of estimators and transformers, and prediction engines over them.</summary>
public sealed class MLChainTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void The_last_transformer_keeps_its_type()
    {
        var chain = _ml.Transforms.Concatenate("A", "X").Append(_ml.Transforms.Concatenate("B", "X", "Y"));
        TransformerChain<ColumnConcatenatingTransformer> fitted = chain.Fit(MLRows.Numbered(_ml, 2));
        Assert.Equal(2, fitted.Count());
        Assert.Same(fitted.Last(), fitted.LastTransformer);
    }

    [Fact]
    public void A_transformer_outside_the_scope_does_not_take_part()
    {
        var chain = _ml.Transforms.Concatenate("A", "X").Append(_ml.Transforms.Concatenate("B", "X", "Y"), TransformerScope.TrainTest);
        var fitted = chain.Fit(MLRows.Numbered(_ml, 2));
        Assert.Null(fitted.Transform(MLRows.Numbered(_ml, 2)).Schema.GetColumnOrNull("B"));
        Assert.NotNull(fitted.Transform(MLRows.Numbered(_ml, 2), TransformerScope.Training).Schema.GetColumnOrNull("B"));
        Assert.Single(fitted.GetModelFor(TransformerScope.Scoring));
    }

    [Fact]
    public void An_engine_maps_one_object()
    {
        var model = _ml.Transforms.Concatenate("Features", "X", "Y").Fit(MLRows.Numbered(_ml, 2));
        using var engine = _ml.Model.CreatePredictionEngine<MLRows.Point, MLRows.PointVector>(model);
        Assert.Equal([3f, 4f], engine.Predict(new MLRows.Point { X = 3, Y = 4 }).Features);
        var kept = new MLRows.PointVector { Features = [0, 0] };
        var array = kept.Features;
        engine.Predict(new MLRows.Point { X = 5, Y = 6 }, ref kept);
        Assert.Equal([5f, 6f], array);
        Assert.Same(array, kept.Features);
        Assert.Equal(["X", "Y", "Features"], engine.OutputSchema.Select(column => column.Name));
    }

    [Fact]
    public void An_engine_names_a_column_that_its_input_lacks()
    {
        var model = _ml.Transforms.Concatenate("Features", "X", "Y").Fit(MLRows.Numbered(_ml, 2));
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Model.CreatePredictionEngine<OnlyX, MLRows.PointVector>(model));
        Assert.StartsWith("Could not find input column 'Y'", error.Message);
    }

    [Fact]
    public void An_engine_over_a_schema_needs_every_column_of_it()
    {
        var view = MLRows.Numbered(_ml, 2);
        var model = _ml.Transforms.Concatenate("Features", "X").Fit(view);
        var error = Assert.Throws<InvalidOperationException>(
            () => _ml.Model.CreatePredictionEngine<OnlyX, MLRows.PointVector>(model, view.Schema));
        Assert.Equal("Type should contain a member named Y", error.Message);
    }

    [Fact]
    public void A_row_that_is_null_is_refused()
    {
        var model = _ml.Transforms.Concatenate("Features", "X", "Y").Fit(MLRows.Numbered(_ml, 2));
        var engine = _ml.Model.CreatePredictionEngine<MLRows.Point, MLRows.PointVector>(model, new PredictionEngineOptions { OwnsTransformer = false });
        Assert.Throws<ArgumentNullException>("example", () => engine.Predict(null!));
    }

    private sealed class OnlyX
    {
        public float X { get; set; }
    }
}
