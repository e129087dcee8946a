using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// Whether a flow that was read has densities where rows are, and numbers at least further out. Weights may be finite each and overflow together, and
/// then every row would have the least density that there is, or none, in silence.
/// </summary>
internal static class FlowProbe
{
    /// <summary>What the engine works on at once.</summary>
    private const int Rows = 128;

    /// <summary>Rows reach so many standard deviations, a third of them so far.</summary>
    private const int Reach = 3;

    /// <summary>Rows further out reach up to ten to this many, less one, as far as values are told apart (<see cref="ParameterLimits.Standardized"/>).</summary>
    private const int Decades = 16;

    /// <summary>A hundred-thousandth of the range of a Single: a row within some standard deviations has more in any flow that learned something.</summary>
    private const float MinimumLogDensity = -1e33f;

    /// <exception cref="InvalidDataException">It has none.</exception>
    public static void Check(SharedEvaluator evaluator, FlowModel model)
    {
        var near = Scores(evaluator, model, row => 1 + row % Reach);
        var far = Scores(evaluator, model, row => float.Exp10(row % Decades));
        if (!Array.TrueForAll(near.LogDensity, density => density > MinimumLogDensity && float.IsFinite(density))
            || !Array.TrueForAll([.. near.BaseVector, .. far.LogDensity, .. far.BaseVector], float.IsFinite))
            throw new InvalidDataException("its weights are so large that they overflow");
    }

    private static FlowScores Scores(SharedEvaluator evaluator, FlowModel model, Func<int, float> reach)
    {
        int width = model.Shape.Width;
        var arrays = model.Members[0].Arrays;
        float[] shift = Values(ParameterNames.Shift), scale = Values(ParameterNames.Scale);
        var rows = new float[Rows * width];
        // The first row is the mean.
        RandomStream.For(0, "probe").FillNormal(rows.AsSpan(width));
        for (int i = 0; i < rows.Length; i++)
            rows[i] = Math.Clamp(shift[i % width] + scale[i % width] * rows[i] * reach(i / width), -float.MaxValue, float.MaxValue);
        for (int row = 1; row < Rows; row += 2)
            model.MarkConstants(rows.AsSpan(row * width, width));
        var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity | FlowOutputs.BaseVector, Rows);
        evaluator.Score(rows, Rows, scores);
        return scores;

        float[] Values(string name) => arrays.First(array => array.Name == name).Values;
    }
}
