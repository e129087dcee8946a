using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Data frames: text files, columns, and views both ways.</summary>
public sealed class DataFrameTests
{
    [Fact]
    public void A_text_file_becomes_typed_columns()
    {
        var frame = Load("name,size,open,born\n\"a, b\",1.5,true,2020-01-02\nc,,false,null\n");
        Assert.Equal(
            [typeof(string), typeof(float), typeof(bool), typeof(DateTime)], frame.Columns.Select(column => column.DataType));
        Assert.Equal("a, b", frame["name"][0]);
        Assert.Equal(1.5f, frame[0, 1]);
        Assert.Null(frame[1, 1]);
        Assert.Equal(1, frame["born"].NullCount);
        Assert.Equal(2, frame.Rows.Count);
    }

    [Fact]
    public void Types_and_names_can_be_given()
    {
        var frame = Load("1;2\n3;4\n", separator: ';', header: false, columnNames: ["a", "b"], dataTypes: [typeof(int), typeof(double)]);
        Assert.Equal([1, 3], Assert.IsType<Int32DataFrameColumn>(frame.Columns["a"]));
        Assert.Equal([2.0, 4.0], Assert.IsType<DoubleDataFrameColumn>(frame.Columns["b"]));
        Assert.Throws<ArgumentException>(() => frame.Columns["c"]);
    }

    [Fact]
    public void A_missing_number_is_nan_in_a_view()
    {
        IDataView view = new DataFrame(new SingleDataFrameColumn("X", [1f, null]), new StringDataFrameColumn("S", ["a", null]));
        Assert.Equal([1f, float.NaN], view.GetColumn<float>("X"));
        Assert.Equal(["a", ""], view.GetColumn<string>("S"));
        Assert.Equal(2, view.GetRowCount());
        Assert.False(view.CanShuffle);
    }

    [Fact]
    public void A_frame_can_be_sorted_and_cut_and_its_columns_keep_their_types()
    {
        var frame = new DataFrame(
            new SingleDataFrameColumn("X", [1f, null, 3f, 2f]), new StringDataFrameColumn("S", ["a", "b", "c", "d"]), new Int32DataFrameColumn("I", [5, 6, 7, 8]));
        DataFrame sorted = frame.OrderByDescending("X");
        Assert.Equal([3f, 2f, 1f, null], Assert.IsType<SingleDataFrameColumn>(sorted["X"]));
        Assert.Equal(["c", "d", "a", "b"], Assert.IsType<StringDataFrameColumn>(sorted["S"]));
        Assert.Equal([null, 3f, 2f, 1f], (SingleDataFrameColumn)frame.OrderByDescending("X", putNullValuesLast: false)["X"]);
        DataFrame head = sorted.Head(2);
        Assert.Equal([7, 8], Assert.IsType<Int32DataFrameColumn>(head["I"]));
        Assert.Equal(2, head.Rows.Count);
        // The frame that they come from stays as it was.
        Assert.Equal([5, 6, 7, 8], (Int32DataFrameColumn)frame["I"]);
    }

    [Fact]
    public void A_view_has_the_columns_that_the_frame_has_now()
    {
        var frame = new DataFrame(new SingleDataFrameColumn("X", [1f]), new Int32DataFrameColumn("I", [5]));
        Assert.Equal(2, ((IDataView)frame).Schema.Count);
        DataFrameColumn x = frame["X"];
        frame.Columns.Remove(x);
        Assert.Equal(["I"], ((IDataView)frame).Schema.Select(column => column.Name));
        frame.Columns.Add(x);
        Assert.Equal(["I", "X"], ((IDataView)frame).Schema.Select(column => column.Name));
    }

    [Fact]
    public void A_cursor_refuses_columns_that_were_not_asked_for()
    {
        IDataView view = new DataFrame(new SingleDataFrameColumn("X", [1f]), new Int64DataFrameColumn("I", [5L]));
        using var cursor = view.GetRowCursor([view.Schema["X"]]);
        Assert.Throws<ArgumentOutOfRangeException>("column", () => cursor.GetGetter<long>(view.Schema["I"]));
    }

    [Fact]
    public void A_view_becomes_a_frame_of_its_first_rows()
    {
        var ml = new MLContext();
        var view = MLRows.Numbered(ml, 5);
        view = ml.Transforms.Concatenate("Features", "X", "Y").Fit(view).Transform(view);
        var frame = view.ToDataFrame(maxRows: 3);
        Assert.Equal(3, frame.Rows.Count);
        Assert.Equal([0f, 1, 2], Assert.IsType<SingleDataFrameColumn>(frame["X"]));
        Assert.Equal([2f, 20], Assert.IsType<VBufferDataFrameColumn<float>>(frame["Features"])[2].DenseValues());
        Assert.Equal(5, view.ToDataFrame(-1, "Y").Rows.Count);
        Assert.Single(view.ToDataFrame("Y").Columns);
    }

    [Fact]
    public void A_key_is_no_column_of_a_frame()
    {
        var ml = new MLContext();
        var view = ml.Data.LoadFromEnumerable([new Colored { Color = 1 }]);
        Assert.Throws<NotSupportedException>(() => view.ToDataFrame());
    }

    [Fact]
    public void Columns_are_of_one_length_under_different_names()
    {
        var column = new BooleanDataFrameColumn("B", [true]);
        Assert.Throws<ArgumentException>("column", () => new DataFrame(column, new SingleDataFrameColumn("X", 2)));
        Assert.Throws<ArgumentException>("column", () => new DataFrame(column, new SingleDataFrameColumn("B", 1)));
        column.Append(null);
        Assert.Equal(2, column.Length);
        Assert.Null(column[1]);
    }

    private static DataFrame Load(
        string text, char separator = ',', bool header = true, string[]? columnNames = null, Type[]? dataTypes = null)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return DataFrame.LoadCsv(path, separator, header, columnNames, dataTypes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class Colored
    {
        [KeyType(3)]
        public uint Color { get; set; }
    }
}
