using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// Whether a flow that was read has densities where rows are. Weights may be finite each and overflow together, and then every row would have the
/// least density that there is, in silence.
/// </summary>
internal static class FlowProbe
{
    /// <summary>What the engine works on at once.</summary>
    private const int Rows = 128;

    /// <summary>Rows reach so many standard deviations, a third of them so far.</summary>
    private const int Reach = 3;

    /// <summary>A hundred-thousandth of the range of a Single: a row within some standard deviations has more in any flow that learned something.</summary>
    private const float MinimumLogDensity = -1e33f;

    /// <exception cref="InvalidDataException">It has none.</exception>
    public static void Check(SharedEvaluator evaluator, FlowModel model)
    {
        int width = model.Shape.Width;
        var arrays = model.Members[0].Arrays;
        float[] shift = Values(ParameterNames.Shift), scale = Values(ParameterNames.Scale);
        var rows = new float[Rows * width];
        var random = RandomStream.For(0, "probe");
        random.FillNormal(rows);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = Math.Clamp(shift[i % width] + scale[i % width] * rows[i] * (1 + i / width % Reach), -float.MaxValue, float.MaxValue);
        var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity, Rows);
        evaluator.Score(rows, Rows, scores);
        if (!Array.TrueForAll(scores.LogDensity, density => density > MinimumLogDensity && float.IsFinite(density)))
            throw new InvalidDataException("its weights are so large that they overflow");

        float[] Values(string name) => arrays.First(array => array.Name == name).Values;
    }
}
