using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>Learns one number of a row from its features: whether a label is true (0 or 1), or a number.</summary>
internal interface IRowModel
{
    /// <summary>Whether it cuts features where it likes, so that a number is one feature; else that becomes several, see <see cref="RowEncoder"/>.</summary>
    bool CutsFeatures { get; }

    /// <summary>Trains on rows and scores others; greater is more likely true, or the number itself.</summary>
    /// <param name="features">Rows to train on.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="isNumber">Whether labels are numbers and not 0 or 1.</param>
    /// <param name="others">Rows to score.</param>
    double[] FitAndScore(RowTable features, float[] labels, bool isNumber, RowTable others);
}
