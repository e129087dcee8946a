using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The training rows in random order, a batch at a time. Rows that all fit in memory are permuted. Longer tables are
/// streamed through a pool: each row of a batch is drawn from the pool, and the next row of the source takes its place.
/// </summary>
internal sealed class Batches(TrainingData data, int batchSize, double noise = 0)
{
    private readonly int _dimensions = data.Rows.Dimensions;

    /// <summary>Rows of the largest batch.</summary>
    public int Size { get; } = (int)Math.Min(batchSize, data.Count);

    /// <summary>Batches of one pass.</summary>
    public long PerEpoch => (data.Count + Size - 1) / Size;

    /// <summary>
    /// One pass: each item is a batch, (rows, D) row-major, in <paramref name="random"/>'s order. The next batch takes its place
    /// in memory.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<float>> Epoch(RandomStream random)
    {
        var rows = data.IsResident ? Permuted(random) : Streamed(random);
        var batch = new float[Size * _dimensions];
        int filled = 0;
        foreach (var row in rows)
        {
            data.Scale.FillConstant(row, random);
            if (noise > 0)
                data.Scale.AddNoise(row, noise, random);
            row.CopyTo(batch, filled);
            filled += _dimensions;
            if (filled == batch.Length)
            {
                yield return batch;
                filled = 0;
            }
        }
        if (filled > 0)
            yield return batch.AsMemory(0, filled);
    }

    private IEnumerable<float[]> Permuted(RandomStream random)
    {
        var order = Enumerable.Range(0, data.Resident.Count).ToArray();
        random.Shuffle(order.AsSpan());
        var row = new float[_dimensions];
        foreach (int index in order)
        {
            data.Resident[index].CopyTo(row);
            yield return row;
        }
    }

    private IEnumerable<float[]> Streamed(RandomStream random)
    {
        using var reader = data.Rows.Open();
        var pool = new RowTable(_dimensions);
        var row = new float[_dimensions];
        while (pool.Count < data.Resident.Count && reader.Read(row))
            pool.Add(row);
        var next = new float[_dimensions];
        while (reader.Read(next))
        {
            var drawn = pool[random.NextInt(pool.Count)];
            drawn.CopyTo(row);
            next.CopyTo(drawn);
            yield return row;
        }
        var order = Enumerable.Range(0, pool.Count).ToArray();
        random.Shuffle(order.AsSpan());
        foreach (int index in order)
        {
            pool[index].CopyTo(row);
            yield return row;
        }
    }
}
