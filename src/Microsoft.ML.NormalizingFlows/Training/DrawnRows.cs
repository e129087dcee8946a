using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Exactly <paramref name="drawn"/> of the <paramref name="total"/> rows of a source, drawn at random, or all others. Rows are taken in
/// order, each with the chance <c>rows still to draw / rows still to come</c> (selection sampling, Knuth's algorithm S), so that nothing has
/// to be remembered and every pass draws the same.
/// </summary>
internal sealed class DrawnRows(IRowSource source, long total, long drawn, ulong seed, bool others) : IRowSource
{
    public int Dimensions => source.Dimensions;

    public int Context => source.Context;

    public string SlotName(int slot) => source.SlotName(slot);

    public double Origin(int slot) => source.Origin(slot);

    public IRowReader Open() => new Reader(source.Open(), total, drawn, RandomStream.For(seed, "drawn rows"), others);

    private sealed class Reader(IRowReader inner, long toCome, long toDraw, RandomStream random, bool others) : IRowReader
    {
        public bool Read(Span<float> row)
        {
            while (inner.Read(row))
            {
                bool isDrawn = random.NextUniform() * toCome < toDraw;
                toCome--;
                if (isDrawn)
                    toDraw--;
                if (isDrawn != others)
                    return true;
            }
            return false;
        }

        public void Dispose() => inner.Dispose();
    }
}
