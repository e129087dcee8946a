using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class OutputSchemaTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static NormalizingVariationalFlowOptions AllColumns => new()
    {
        LatentClusterIndexColumnName = "LatentClusterIndex",
        BaseVectorColumnName = "BaseVector",
        Flow = { Latent = FlowLatent.Discrete(Fake.States) },
    };

    [Fact]
    public void Columns_have_their_types()
    {
        var transformer = Fake.Transformer(_ml, out _);
        var input = Person.View(_ml, 3);
        var schema = transformer.Transform(input).Schema;
        Assert.Equal(input.Schema.Select(column => column.Name), schema.Take(input.Schema.Count).Select(column => column.Name));
        Assert.Equal(NumberDataViewType.Single, schema["LogDensity"].Type);
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), schema["LatentCluster"].Type);
        Assert.Equal(NumberDataViewType.Int32, schema["LatentClusterIndex"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["LatentProbabilities"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), schema["BaseVector"].Type);
        Assert.Equal(Describe(schema), Describe(transformer.GetOutputSchema(input.Schema)));
    }

    [Fact]
    public void Columns_can_be_renamed_and_left_out()
    {
        var columns = new FlowColumns { Feature = "Features", LogDensity = "Density" };
        var input = Person.View(_ml, 3);
        var schema = Fake.Transformer(_ml, columns, out _).Transform(input).Schema;
        Assert.Equal(input.Schema.Count + 1, schema.Count);
        Assert.Equal("Density", schema[schema.Count - 1].Name);
    }

    [Fact]
    public void The_estimator_promises_what_the_transformer_gives()
    {
        var estimator = new NormalizingVariationalFlowEstimator(_ml, AllColumns, (_, _, _, _, _, _) => Fake.Model);
        var input = Person.View(_ml, 3);
        var promised = estimator.GetOutputSchema(SchemaShapes.Of(input.Schema));
        var given = SchemaShapes.Of(estimator.Fit(input).GetOutputSchema(input.Schema));
        Assert.Equal(Describe(given), Describe(promised));
    }

    [Fact]
    public void A_column_of_the_same_name_is_replaced_in_both()
    {
        var options = AllColumns;
        options.LogDensityColumnName = "Wealth";
        var estimator = new NormalizingVariationalFlowEstimator(_ml, options, (_, _, _, _, _, _) => Fake.Model);
        var input = Person.View(_ml, 3);
        var promised = estimator.GetOutputSchema(SchemaShapes.Of(input.Schema));
        var transformer = new NormalizingVariationalFlowTransformer(
            _ml, new FlowFile(FlowColumns.Of(options), Fake.Model), null, (model, _) => new FakeEvaluator(model.Shape));
        var schema = transformer.GetOutputSchema(input.Schema);
        Assert.Equal(NumberDataViewType.Single, schema["Wealth"].Type);
        Assert.Equal(Describe(SchemaShapes.Of(schema)).Order(), Describe(promised).Order());
        Assert.Equal(-0.5f, transformer.Transform(input).GetColumn<float>("Wealth").First());
    }

    [Fact]
    public void Scores_are_annotated_as_ML_NET_annotates_them()
    {
        var schema = Fake.Transformer(_ml, out _).Transform(Person.View(_ml, 3)).Schema;
        foreach (var (column, kind) in new[]
        {
            ("LogDensity", "Score"), ("LatentCluster", "PredictedLabel"), ("LatentClusterIndex", "PredictedLabel"), ("LatentProbabilities", "Probability"),
        })
        {
            Assert.Equal(kind, Text(schema[column], "ScoreValueKind"));
            Assert.Equal("DensityEstimation", Text(schema[column], "ScoreColumnKind"));
            Assert.Equal(1u, SetId(schema[column]));
        }
        Assert.True(schema["LatentProbabilities"].IsNormalized());
        Assert.True(schema["BaseVector"].IsNormalized());
    }

    [Fact]
    public void A_second_flow_gets_a_set_of_its_own()
    {
        var first = Fake.Transformer(_ml, out _).Transform(Person.View(_ml, 3));
        var second = Fake.Transformer(_ml, new FlowColumns { Feature = "Features", LogDensity = "Second" }, out _).Transform(first);
        Assert.Equal(1u, SetId(second.Schema["LogDensity"]));
        Assert.Equal(2u, SetId(second.Schema["Second"]));
    }

    [Fact]
    public void Keys_and_slots_are_named_after_the_states()
    {
        var scored = Fake.Transformer(_ml, out _).Transform(Person.View(_ml, 3));
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["LatentCluster"].GetKeyValues(ref names);
        Assert.Equal(["State0", "State1", "State2"], names.DenseValues().Select(name => name.ToString()));
        scored.Schema["LatentProbabilities"].GetSlotNames(ref names);
        Assert.Equal(["State0", "State1", "State2"], names.DenseValues().Select(name => name.ToString()));
        var text = _ml.Transforms.Conversion.MapKeyToValue("LatentCluster").Fit(scored).Transform(scored);
        Assert.Equal(["State0", "State1", "State2"], text.GetColumn<string>("LatentCluster"));
    }

    private static string Text(DataViewSchema.Column column, string kind)
    {
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(kind, ref text);
        return text.ToString();
    }

    private static uint SetId(DataViewSchema.Column column)
    {
        uint set = 0;
        column.Annotations.GetValue("ScoreColumnSetId", ref set);
        return set;
    }

    private static IEnumerable<string> Describe(DataViewSchema schema) => schema.Select(column =>
        $"{column.Name} {column.Type} hidden {column.IsHidden} [{string.Join(", ", column.Annotations.Schema.Select(a => $"{a.Name} {a.Type}"))}]");

    private static List<string> Describe(SchemaShape shape) => [.. shape.Select(column =>
        $"{column.Name} {column.Kind} {column.ItemType} key {column.IsKey} [{string.Join(", ", column.Annotations.Select(a => $"{a.Name} {a.Kind} {a.ItemType} key {a.IsKey}"))}]")];
}
