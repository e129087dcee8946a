namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Degrees of hidden units in a masked network (Germain et al. 2015, MADE): features have degrees 1 .. D, a unit of
/// degree m sees the features up to m, and the parameters of a feature see the units of degrees below its own.
/// </summary>
internal static class MaskDegrees
{
    /// <summary>
    /// 0 .. D - 1 in turn, or spread evenly where there are fewer units than features. Units of degree 0 see the
    /// context alone, so that it reaches the first feature too.
    /// </summary>
    public static int[] FromContext(int dimensions, int units)
    {
        var degrees = new int[units];
        for (int j = 0; j < units; j++)
            degrees[j] = units >= dimensions || units == 1 ? j % dimensions : (int)((long)j * (dimensions - 1) / (units - 1));
        return degrees;
    }

    /// <summary>1 .. D - 1 in turn, as published: the parameters of the first feature are constants. 0 for a single feature.</summary>
    public static int[] AsPublished(int dimensions, int units)
    {
        var degrees = new int[units];
        for (int j = 0; j < units; j++)
            degrees[j] = dimensions == 1 ? 0 : j % (dimensions - 1) + 1;
        return degrees;
    }
}
