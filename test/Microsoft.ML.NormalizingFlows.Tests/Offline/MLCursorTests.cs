using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>What cursors of ML.NET allow and refuse.</summary>
public sealed class MLCursorTests
{
    private readonly MLContext _ml = new(seed: 7);

    [Fact]
    public void Only_the_columns_asked_for_are_active()
    {
        var view = MLRows.Numbered(_ml, 3);
        using var cursor = view.GetRowCursor([view.Schema["Y"]]);
        Assert.True(cursor.IsColumnActive(view.Schema["Y"]));
        Assert.False(cursor.IsColumnActive(view.Schema["X"]));
        Assert.Throws<ArgumentOutOfRangeException>("column", () => cursor.GetGetter<float>(view.Schema["X"]));
    }

    [Fact]
    public void A_mapped_cursor_refuses_inactive_columns()
    {
        var view = _ml.Transforms.Concatenate("Features", "X", "Y").Fit(MLRows.Numbered(_ml, 3)).Transform(MLRows.Numbered(_ml, 3));
        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        Assert.False(cursor.IsColumnActive(view.Schema["X"]));
        // Which error it is depends on whether ML.NET reads in parallel here.
        var error = Assert.ThrowsAny<Exception>(() => cursor.GetGetter<float>(view.Schema["X"]));
        Assert.True(error is ArgumentOutOfRangeException or InvalidOperationException);
    }

    [Fact]
    public void A_getter_of_another_type_is_refused()
    {
        var view = MLRows.Numbered(_ml, 3);
        using var cursor = view.GetRowCursor(view.Schema);
        var error = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(view.Schema["X"]));
        Assert.Contains("'System.Double', expected type: 'System.Single'", error.Message);
    }

    [Fact]
    public void The_position_counts_rows_and_is_minus_one_before_and_after()
    {
        var view = MLRows.Numbered(_ml, 2);
        using var cursor = view.GetRowCursor(view.Schema);
        var positions = new List<long> { cursor.Position };
        while (cursor.MoveNext())
            positions.Add(cursor.Position);
        positions.Add(cursor.Position);
        Assert.Equal([-1, 0, 1, -1], positions);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_row_is_identified_by_its_place_in_the_source()
    {
        var view = _ml.Data.SkipRows(MLRows.Numbered(_ml, 5), 3);
        using var cursor = view.GetRowCursor(view.Schema);
        var id = new DataViewRowId();
        Assert.True(cursor.MoveNext());
        cursor.GetIdGetter()(ref id);
        Assert.Equal(new DataViewRowId(3, 0), id);
        Assert.Equal(0, cursor.Position);
    }

    [Fact]
    public void A_column_of_another_schema_is_refused_where_its_index_is_too_large()
    {
        var wide = _ml.Transforms.Concatenate("Features", "X", "Y").Fit(MLRows.Numbered(_ml, 3)).Transform(MLRows.Numbered(_ml, 3));
        var narrow = MLRows.Numbered(_ml, 3);
        Assert.Throws<InvalidOperationException>(() => narrow.GetRowCursor([wide.Schema["Features"]]));
    }

    [Fact]
    public void Vectors_are_filled_into_the_arrays_that_a_buffer_holds()
    {
        var view = _ml.Transforms.Concatenate("Features", "X", "Y").Fit(MLRows.Numbered(_ml, 3)).Transform(MLRows.Numbered(_ml, 3));
        var (cursor, getter) = MLRows.Open<VBuffer<float>>(view, "Features");
        using (cursor)
        {
            var buffer = new VBuffer<float>();
            Assert.True(cursor.MoveNext());
            getter(ref buffer);
            var kept = buffer;
            Assert.True(cursor.MoveNext());
            getter(ref buffer);
            Assert.Equal([1f, 10f], buffer.GetValues().ToArray());
            Assert.Equal([1f, 10f], kept.GetValues().ToArray());
        }
    }

    [Fact]
    public void A_row_that_is_null_is_an_error_when_it_is_reached()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new MLRows.Point(), null! });
        var error = Assert.Throws<InvalidOperationException>(() => MLRows.Order(view));
        Assert.Contains("Encountered null", error.Message);
    }
}
