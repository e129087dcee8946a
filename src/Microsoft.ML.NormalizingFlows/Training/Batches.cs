using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The training rows in random order, a batch at a time. Rows that all fit in memory are permuted. Longer tables are
/// streamed through a pool: each row of a batch is drawn from the pool, and the next row of the source takes its place.
/// An epoch is a pass over the rows, or one of several parts of a pass.
/// </summary>
/// <param name="data">The rows.</param>
/// <param name="batchSize">Rows of a batch, at most.</param>
/// <param name="seed">Where the order and the noise of a pass come from.</param>
/// <param name="noise">See <see cref="TrainingSettings.Noise"/>.</param>
/// <param name="maximumPerEpoch">Batches of an epoch, at most twice as many less one.</param>
internal sealed class Batches(TrainingData data, int batchSize, ulong seed, double noise = 0, long maximumPerEpoch = long.MaxValue) : IDisposable
{
    private readonly int _dimensions = data.Rows.Dimensions;
    private IEnumerator<ReadOnlyMemory<float>>? _pass;
    private long _taken;

    /// <summary>Rows of the largest batch.</summary>
    public int Size { get; } = (int)Math.Min(batchSize, data.Count);

    /// <summary>Batches of an epoch; some have one more.</summary>
    public long PerEpoch => PerPass / Parts;

    private long PerPass => (data.Count + Size - 1) / Size;

    // Epochs of a pass.
    private long Parts => Math.Max(1, PerPass / maximumPerEpoch);

    /// <summary>Batches of so many epochs.</summary>
    public long UpTo(long epochs) => epochs / Parts * PerPass + epochs % Parts * PerPass / Parts;

    /// <summary>
    /// An epoch, from 0: each item is a batch, (rows, D) row-major. The next batch takes its place in memory. Where the last batch taken was the
    /// one before, its pass goes on; else the pass begins anew and what comes before is left out.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<float>> Epoch(long epoch)
    {
        long pass = epoch / Parts, start = UpTo(epoch), end = UpTo(epoch + 1);
        if (epoch % Parts == 0 || _pass is null || _taken != start)
        {
            _pass?.Dispose();
            _pass = Pass(RandomStream.For(seed, "batches", (ulong)pass)).GetEnumerator();
            for (_taken = UpTo(pass * Parts); _taken < start; _taken++)
                _pass.MoveNext();
        }
        for (; _taken < end && _pass.MoveNext(); _taken++)
            yield return _pass.Current;
    }

    public void Dispose() => _pass?.Dispose();

    private IEnumerable<ReadOnlyMemory<float>> Pass(RandomStream random)
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
