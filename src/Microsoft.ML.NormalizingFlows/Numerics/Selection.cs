namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>The k-th least of some values, without sorting all of them (Hoare 1961, Algorithm 65: Find).</summary>
internal static class Selection
{
    /// <param name="values">None is NaN; their order changes.</param>
    /// <param name="k">1 for the least.</param>
    public static float Smallest(Span<float> values, int k)
    {
        int low = 0, high = values.Length - 1, target = k - 1;
        while (low < high)
        {
            // The median of three keeps sorted values from taking a square of the time.
            float pivot = Middle(values[low], values[(low + high) / 2], values[high]);
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (target <= j)
                high = j;
            else if (target >= i)
                low = i;
            else
                break;
        }
        return values[target];
    }

    private static float Middle(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
