using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Whether rows that a flow draws are finite: one that diverged can score well where there are rows and have no way back from elsewhere.</summary>
internal static class FiniteSamples
{
    private const int MaximumRows = 4_096, MinimumRows = 16;

    /// <summary>Values drawn to find out, about.</summary>
    private const int Values = 1 << 16;

    /// <summary>Draws some rows after training.</summary>
    /// <param name="model">The flow.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="given">Training rows, whose contexts are given.</param>
    /// <exception cref="InvalidOperationException">The flow diverged.</exception>
    public static void Check(FlowModel model, ComputeDevice device, ulong seed, RowTable given)
    {
        if (!double.IsFinite(model.Report.ValidationLogDensity) || model.Members.Any(member => member.Arrays.Any(array => !array.Values.All(float.IsFinite))))
            throw Diverged("its weights or its held-out log-density are no finite numbers");
        int width = model.Shape.Width, count = Math.Clamp(Values / width, MinimumRows, MaximumRows);
        var rows = new float[count * width];
        for (int i = 0; i < count; i++)
            given[i % given.Count].CopyTo(rows.AsSpan(i * width));
        using var evaluator = FlowEngines.CreateEvaluator(model, device);
        evaluator.Sample(count, RandomStream.For(seed, "rows to check"), null, rows);
        Check(rows, width);
    }

    /// <summary>Looks at rows that were drawn.</summary>
    /// <exception cref="InvalidOperationException">One of them is not finite.</exception>
    public static void Check(ReadOnlySpan<float> rows, int dimensions)
    {
        if (FiniteRows.FirstNonFinite(rows) is >= 0 and var at)
            throw Diverged(FormattableString.Invariant($"a row drawn from it has the value {rows[at]} in feature {at % dimensions}"));
    }

    private static InvalidOperationException Diverged(string how) => new(
        $"The flow diverged in training ({how}): train it again with a smaller Training.LearningRate or Training.GradientClip, fewer Flow.Layers, or without rows that lie very far out.");
}
