using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Vectors and their editors.</summary>
public sealed class MLVBufferTests
{
    private static VBuffer<float> Sparse => new(5, 2, [1, 2], [1, 3]);

    [Fact]
    public void A_sparse_vector_is_zero_where_it_says_nothing()
    {
        Assert.Equal([0f, 1, 0, 2, 0], Sparse.DenseValues());
        Assert.Equal(2f, Sparse.GetItemOrDefault(3));
        Assert.Equal(0f, Sparse.GetItemOrDefault(4));
        Assert.False(Sparse.IsDense);
        Assert.Equal([1, 3], Sparse.GetIndices().ToArray());
        Assert.Equal(2, Sparse.Items().Count());
        Assert.Equal(5, Sparse.Items(all: true).Count());
        var filled = new float[6];
        Sparse.CopyTo(filled, 1, 9);
        Assert.Equal([0f, 9, 1, 9, 2, 9], filled);
    }

    [Fact]
    public void A_part_of_a_sparse_vector_is_sparse()
    {
        var part = new VBuffer<float>();
        Sparse.CopyTo(ref part, 2, 3);
        Assert.Equal([0f, 2, 0], part.DenseValues());
        Assert.Equal([1], part.GetIndices().ToArray());
        Sparse.CopyToDense(ref part);
        Assert.True(part.IsDense);
        Assert.Equal([0f, 1, 0, 2, 0], part.GetValues().ToArray());
    }

    [Fact]
    public void An_editor_takes_the_arrays_that_are_large_enough()
    {
        var buffer = new VBuffer<float>(4, new float[4]);
        var smaller = VBufferEditor.Create(ref buffer, 3);
        Assert.False(smaller.CreatedNewValues);
        smaller.Values.Fill(1);
        buffer = smaller.Commit();
        Assert.Equal(3, buffer.Length);
        var larger = VBufferEditor.Create(ref buffer, 9);
        Assert.True(larger.CreatedNewValues);
        Assert.Equal(9, larger.Values.Length);
    }

    [Fact]
    public void An_editor_can_end_with_fewer_values()
    {
        var buffer = new VBuffer<float>();
        var editor = VBufferEditor.Create(ref buffer, 5, 3);
        Assert.True(editor.CreatedNewIndices);
        editor.Values[0] = 7;
        editor.Indices[0] = 4;
        buffer = editor.CommitTruncated(1);
        Assert.Equal([0f, 0, 0, 0, 7], buffer.DenseValues());
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("values", () => new VBuffer<float>(3, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => new VBuffer<float>(3, 1, new float[1], null!));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => Sparse.GetItemOrDefault(5));
        Assert.Throws<ArgumentOutOfRangeException>("destination", () => Sparse.CopyTo(new float[4]));
    }
}
