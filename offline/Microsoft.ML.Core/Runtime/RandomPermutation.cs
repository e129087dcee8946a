namespace Microsoft.ML;

/// <summary>Permutations as ML.NET draws them, so that a seeded shuffle gives the order of the real package.</summary>
internal static class RandomPermutation
{
    public static int[] Create(Random random, int size)
    {
        var order = Enumerable.Range(0, size).ToArray();
        for (var i = 0; i < size; i++)
        {
            var other = i + random.Next(size - i);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }
}
