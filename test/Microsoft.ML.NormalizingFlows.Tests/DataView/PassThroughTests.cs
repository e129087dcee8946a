using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class PassThroughTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Every_type_of_column_passes()
    {
        var source = Person.View(_ml, 200);
        var scored = Fake.Transformer(_ml, out _).Transform(source);
        Assert.Equal(source.GetColumn<bool>("Flag"), scored.GetColumn<bool>("Flag"));
        Assert.Equal(Both<bool>(source, "Flag"), Both<bool>(scored, "Flag"));
        Assert.Equal(Both<double>(source, "Wealth"), Both<double>(scored, "Wealth"));
        Assert.Equal(Both<DateTime>(source, "Born"), Both<DateTime>(scored, "Born"));
        Assert.Equal(Both<uint>(source, "Group"), Both<uint>(scored, "Group"));
        Assert.Equal(Vectors<float>(source, "Visits"), Vectors<float>(scored, "Visits"));
    }

    [Fact]
    public void Sparse_vectors_stay_sparse()
    {
        var encoded = _ml.Transforms.Conversion.MapKeyToVector("Sparse", "Group").Fit(Person.View(_ml, 100)).Transform(Person.View(_ml, 100));
        var scored = Fake.Transformer(_ml, out _).Transform(encoded);
        Assert.Equal(Vectors<float>(encoded, "Sparse"), Vectors<float>(scored, "Sparse"));
        using var cursor = scored.GetRowCursor(scored.Schema);
        var getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Sparse"]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            Assert.False(value.IsDense);
        }
    }

    [Fact]
    public void An_object_that_the_source_owns_is_handed_out_while_the_source_stands_on_its_row()
    {
        var source = new OwnedObjectView(50);
        var scored = Fake.Transformer(_ml, out var evaluator).Transform(source);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var owned = cursor.GetGetter<OwnedObjectView.Box>(scored.Schema["Owned"]);
        var density = cursor.GetGetter<float>(scored.Schema["LogDensity"]);
        for (int i = 0; cursor.MoveNext(); i++)
        {
            OwnedObjectView.Box box = null!;
            float value = 0;
            owned(ref box);
            density(ref value);
            Assert.Equal(i, box.Value);
            Assert.Equal(-2f * i, value);
        }
        Assert.Equal(50, evaluator.Rows);
    }

    private static List<T> Both<T>(IDataView view, string column)
    {
        var values = new List<T>();
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<T>(view.Schema[column]);
        T value = default!;
        _ = view.Schema.GetColumnOrNull("LogDensity") is { } density ? cursor.GetGetter<float>(density) : null;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add(value);
        }
        return values;
    }

    private static List<T[]> Vectors<T>(IDataView view, string column)
    {
        var values = new List<T[]>();
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<VBuffer<T>>(view.Schema[column]);
        VBuffer<T> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add([.. value.DenseValues()]);
        }
        return values;
    }
}
