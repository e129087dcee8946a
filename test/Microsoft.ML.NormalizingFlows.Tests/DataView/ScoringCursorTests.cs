using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class ScoringCursorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Scored(int rows, out FakeEvaluator evaluator) =>
        Fake.Transformer(_ml, out evaluator).Transform(Person.View(_ml, rows));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(5_000)]
    public void Every_row_has_its_own_scores_and_passed_columns(int rows)
    {
        var scored = Scored(rows, out var evaluator);
        int i = 0;
        foreach (var person in _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: true))
            person.AssertIs(i++);
        Assert.Equal(rows, i);
        Assert.Equal(rows, evaluator.Rows);
    }

    [Fact]
    public void Batches_grow_from_sixteen()
    {
        var scored = Scored(3_000, out var evaluator);
        Assert.Equal(3_000, scored.GetColumn<float>("LogDensity").Count());
        Assert.Equal([16, 64, 256, 1_024, 1_024, 616], evaluator.Batches);
    }

    [Fact]
    public void The_first_rows_are_cheap()
    {
        var scored = Scored(100_000, out var evaluator);
        Assert.Equal(10, _ml.Data.TakeRows(scored, 10).GetColumn<float>("LogDensity").Count());
        Assert.Equal(16, evaluator.Rows);
    }

    [Fact]
    public void A_cursor_that_wants_nothing_of_ours_computes_nothing()
    {
        var scored = Scored(100, out var evaluator);
        Assert.Equal(Enumerable.Range(0, 100), scored.GetColumn<int>("Id"));
        Assert.Empty(evaluator.Batches);
    }

    [Fact]
    public void Nothing_is_computed_before_a_value_is_asked_for()
    {
        var scored = Scored(100, out var evaluator);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var getter = cursor.GetGetter<float>(scored.Schema["LogDensity"]);
        while (cursor.MoveNext())
        {
        }
        Assert.Empty(evaluator.Batches);
    }

    [Theory]
    [InlineData("LogDensity", FlowOutputs.LogDensity)]
    [InlineData("BaseVector", FlowOutputs.BaseVector)]
    [InlineData("LatentCluster", FlowOutputs.Posterior)]
    [InlineData("LatentClusterIndex", FlowOutputs.Posterior)]
    [InlineData("LatentProbabilities", FlowOutputs.Posterior)]
    internal void OnlyWhatTheActiveColumnsNeedIsComputed(string column, FlowOutputs needed)
    {
        var scored = Scored(40, out var evaluator);
        using var cursor = scored.GetRowCursor([scored.Schema[column], scored.Schema["Id"]]);
        while (cursor.MoveNext())
            Read(cursor, cursor.Schema[column]);
        Assert.Equal(needed, evaluator.Asked);
    }

    private static void Read(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            ReadAs<VBuffer<float>>(row, column);
        else if (column.Type is KeyDataViewType)
            ReadAs<uint>(row, column);
        else if (column.Type.Equals(NumberDataViewType.Int32))
            ReadAs<int>(row, column);
        else
            ReadAs<float>(row, column);
    }

    private static T ReadAs<T>(DataViewRow row, DataViewSchema.Column column)
    {
        T value = default!;
        row.GetGetter<T>(column)(ref value);
        return value;
    }

    [Fact]
    public void Shuffled_rows_keep_their_scores()
    {
        var source = _ml.Data.ShuffleRows(Person.View(_ml, 500), seed: 3);
        var scored = Fake.Transformer(_ml, out _).Transform(source);
        var people = _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: false).ToList();
        Assert.NotEqual(Enumerable.Range(0, 500), people.Select(person => person.Id));
        Assert.Equal(500, people.Select(person => person.Id).Distinct().Count());
        people.ForEach(person => person.AssertIs(person.Id));
    }

    [Fact]
    public void A_cursor_may_shuffle_where_the_source_may()
    {
        var scored = Fake.Transformer(_ml, out _).Transform(_ml.Data.Cache(Person.View(_ml, 500)));
        Assert.True(scored.CanShuffle);
        using var cursor = scored.GetRowCursor([scored.Schema["Id"], scored.Schema["LogDensity"]], new Random(5));
        var ids = new List<int>();
        while (cursor.MoveNext())
        {
            int id = ReadAs<int>(cursor, scored.Schema["Id"]);
            Assert.Equal(FakeEvaluator.LogDensity(Person.Number(id).Features), ReadAs<float>(cursor, scored.Schema["LogDensity"]));
            ids.Add(id);
        }
        Assert.Equal(Enumerable.Range(0, 500), ids.Order());
        Assert.NotEqual(Enumerable.Range(0, 500), ids);
        var sample = Fake.Transformer(_ml, out _).Sample(10);
        Assert.False(sample.CanShuffle);
        Assert.False(Fake.Transformer(_ml, out _).Transform(sample).CanShuffle);
    }

    [Fact]
    public void Filtered_before_and_behind()
    {
        var source = _ml.Data.FilterRowsByColumn(Person.View(_ml, 300), "Wealth", lowerBound: 30);
        var scored = Fake.Transformer(_ml, out _).Transform(source);
        var people = _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: false).ToList();
        Assert.Equal(Enumerable.Range(20, 280), people.Select(person => person.Id));
        people.ForEach(person => person.AssertIs(person.Id));

        var unusual = _ml.Data.FilterRowsByColumn(Scored(300, out _), "LogDensity", upperBound: -400.4);
        Assert.Equal(Enumerable.Range(200, 100), unusual.GetColumn<int>("Id"));
    }

    [Fact]
    public void Cached_rows_are_scored_once()
    {
        var cached = _ml.Data.Cache(Scored(200, out var evaluator));
        for (int pass = 0; pass < 2; pass++)
        {
            int i = 0;
            foreach (var person in _ml.Data.CreateEnumerable<ScoredPerson>(cached, reuseRowObject: true))
                person.AssertIs(i++);
            Assert.Equal(200, i);
        }
        // The cache may read columns in more than one pass over the source, but never again for the second pass.
        int scoredRows = evaluator.Rows;
        Assert.Equal(200, cached.GetColumn<float>("LogDensity").Count());
        Assert.Equal(scoredRows, evaluator.Rows);
    }

    [Fact]
    public void A_set_has_one_cursor()
    {
        var scored = Scored(100, out _);
        var set = scored.GetRowCursorSet(scored.Schema, 4);
        using var cursor = Assert.Single(set);
        int rows = 0;
        while (cursor.MoveNext())
            Assert.Equal(rows++, ReadAs<int>(cursor, scored.Schema["Id"]));
        Assert.Equal(100, rows);
    }

    [Fact]
    public void Position_batch_and_id_follow_the_source()
    {
        var source = Person.View(_ml, 100);
        var scored = Fake.Transformer(_ml, out _).Transform(source);
        using var expected = source.GetRowCursor(source.Schema);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var expectedId = expected.GetIdGetter();
        var id = cursor.GetIdGetter();
        DataViewRowId a = default, b = default;
        Assert.Equal(-1, cursor.Position);
        for (int i = 0; expected.MoveNext(); i++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(i, cursor.Position);
            Assert.Equal(expected.Batch, cursor.Batch);
            expectedId(ref a);
            id(ref b);
            Assert.Equal(a, b);
        }
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    [Fact]
    public void Count_is_that_of_the_source()
    {
        Assert.Equal(Person.View(_ml, 7).GetRowCount(), Scored(7, out _).GetRowCount());
        Assert.Equal(12, Fake.Transformer(_ml, out _).Sample(12).GetRowCount());
    }

    [Theory]
    [InlineData("LogDensity")]
    [InlineData("Id")]
    public void An_inactive_column_has_no_getter(string wanted)
    {
        var scored = Scored(10, out _);
        using var cursor = scored.GetRowCursor([scored.Schema[wanted]]);
        Assert.True(cursor.IsColumnActive(scored.Schema[wanted]));
        Assert.False(cursor.IsColumnActive(scored.Schema["BaseVector"]));
        Assert.False(cursor.IsColumnActive(scored.Schema["Wealth"]));
        var error = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(scored.Schema["BaseVector"]));
        Assert.Contains("'BaseVector'", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(scored.Schema["Wealth"]));
        Assert.Contains("'Wealth'", error.Message);
    }

    [Fact]
    public void A_getter_of_another_type_is_refused()
    {
        var scored = Scored(10, out _);
        using var cursor = scored.GetRowCursor(scored.Schema);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(scored.Schema["LogDensity"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Id"]));
    }

    [Fact]
    public void There_is_no_value_before_the_first_row_nor_behind_the_last()
    {
        var scored = Scored(1, out _);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var density = cursor.GetGetter<float>(scored.Schema["LogDensity"]);
        var name = cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Name"]);
        var id = cursor.GetIdGetter();
        float value = 0;
        ReadOnlyMemory<char> text = default;
        DataViewRowId rowId = default;
        Assert.Throws<InvalidOperationException>(() => density(ref value));
        Assert.True(cursor.MoveNext());
        density(ref value);
        name(ref text);
        id(ref rowId);
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => density(ref value));
        Assert.Throws<InvalidOperationException>(() => name(ref text));
        Assert.Throws<InvalidOperationException>(() => id(ref rowId));
    }

    [Fact]
    public void A_disposed_cursor_ends()
    {
        var scored = Scored(100, out _);
        var cursor = scored.GetRowCursor(scored.Schema);
        var density = cursor.GetGetter<float>(scored.Schema["LogDensity"]);
        Assert.True(cursor.MoveNext());
        cursor.Dispose();
        cursor.Dispose();
        float value = 0;
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => density(ref value));
    }

    [Fact]
    public void A_value_handed_out_is_the_callers_own()
    {
        var scored = Scored(40, out _);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var visits = cursor.GetGetter<VBuffer<float>>(scored.Schema["Visits"]);
        var probabilities = cursor.GetGetter<VBuffer<float>>(scored.Schema["LatentProbabilities"]);
        for (int i = 0; i < 4; i++)
            Assert.True(cursor.MoveNext());
        foreach (var getter in new[] { visits, probabilities })
        {
            VBuffer<float> first = default, second = default;
            getter(ref first);
            var before = first.DenseValues().ToArray();
            VBufferEditor.CreateFromBuffer(ref first).Values.Fill(-7);
            getter(ref second);
            Assert.Equal(before, second.DenseValues());
        }
    }

    [Fact]
    public void Two_cursors_do_not_disturb_each_other()
    {
        var scored = Scored(200, out _);
        var first = _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: true).GetEnumerator();
        var second = _ml.Data.CreateEnumerable<ScoredPerson>(scored, reuseRowObject: true).GetEnumerator();
        for (int i = 0; i < 30; i++)
            Assert.True(first.MoveNext());
        for (int i = 0; i < 200; i++)
        {
            Assert.True(second.MoveNext());
            second.Current.AssertIs(i);
            if (i + 30 < 200)
            {
                Assert.True(first.MoveNext());
                first.Current.AssertIs(i + 30);
            }
        }
    }

    [Fact]
    public void A_cursor_of_another_schemas_column_is_refused()
    {
        var scored = Scored(10, out _);
        var longer = Fake.Transformer(_ml, Fake.AllColumns with { LogDensity = "Again" }, out _).Transform(scored);
        Assert.Throws<InvalidOperationException>(() => scored.GetRowCursor([longer.Schema[longer.Schema.Count - 1]]));
    }
}
