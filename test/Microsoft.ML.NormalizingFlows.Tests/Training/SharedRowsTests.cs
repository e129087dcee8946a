using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>A table that several processes read together.</summary>
public sealed class SharedRowsTests
{
    private const int StripeRows = 4;

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    [InlineData(3, 24)]
    [InlineData(3, 25)]
    [InlineData(4, 90)]
    public void Each_process_reads_its_stripes_and_has_all_rows(int size, int count)
    {
        float[][] rows = [.. Enumerable.Range(0, count).Select(i => new[] { i, i == 5 ? float.NaN : i == 6 ? float.NegativeInfinity : -i / 3f })];
        var read = new List<int>[size];
        ThreadGroup.Run(size, group =>
        {
            var source = new Counted(rows);
            var shared = new SharedRows(source, group, StripeRows);
            // A pass that ends early leaves the next one alone.
            using (var first = shared.Open())
                Assert.Equal(count > 0, first.Read(new float[2]));
            source.Read.Clear();
            Assert.Equal(rows, All(shared));
            read[group.Rank] = source.Read;
        });
        for (int rank = 0; rank < size; rank++)
            Assert.Equal(Enumerable.Range(0, count).Where(row => row / StripeRows % size == rank), read[rank]);
    }

    [Fact]
    public void One_process_reads_for_itself()
    {
        var source = new Counted([[1, 2]]);
        Assert.Same(source, SharedRows.Of(source, null));
        ThreadGroup.Run(1, group => Assert.Same(source, SharedRows.Of(source, group)));
        ThreadGroup.Run(2, group => Assert.Equal([[1f, 2]], All(SharedRows.Of(source, group))));
    }

    private static List<float[]> All(IRowSource source)
    {
        var rows = new List<float[]>();
        using var reader = source.Open();
        var row = new float[source.Dimensions];
        while (reader.Read(row))
            rows.Add([.. row]);
        Assert.False(reader.Read(row));
        return rows;
    }

    /// <summary>Writes down which rows were read and not stepped over.</summary>
    private sealed class Counted(float[][] rows) : IRowSource
    {
        public List<int> Read { get; } = [];

        public int Dimensions => 2;

        public string SlotName(int slot) => throw new NotSupportedException();

        public IRowReader Open() => new Reader(this, rows);

        private sealed class Reader(Counted owner, float[][] rows) : IRowReader
        {
            private int _next;

            public bool Read(Span<float> row)
            {
                if (!Skip(row))
                    return false;
                rows[_next - 1].CopyTo(row);
                lock (owner.Read)
                    owner.Read.Add(_next - 1);
                return true;
            }

            public bool Skip(Span<float> room)
            {
                // Whoever steps over a row may leave anything there.
                room.Fill(99);
                return _next < rows.Length && _next++ >= 0;
            }

            public void Dispose()
            {
            }
        }
    }
}
