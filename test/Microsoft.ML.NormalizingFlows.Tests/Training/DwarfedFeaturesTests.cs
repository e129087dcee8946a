using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>A value such as 1e20 for what is missing makes all others one: the user is told, before hours are spent on it.</summary>
public class DwarfedFeaturesTests
{
    private const int Rows = 400;

    private static readonly float[] Normal = Numbers.Normal(2 * Rows, 1, 1);

    [Theory]
    [InlineData(1e20f, 1, true)]
    [InlineData(-9.96921e36f, 15, true)]      // the fill value of NetCDF
    [InlineData(1e6f, 1, false)]        // far out, and learned
    [InlineData(-9999, 15, false)]
    public void Marks_that_dwarf_all_else_are_told_of(float mark, int marked, bool isTold)
    {
        float[][] rows = [.. Enumerable.Range(0, Rows).Select(row => new[] { Normal[row], row % 20 == 7 && row < 20 * marked ? mark : Normal[Rows + row] })];
        var log = new ListLog();
        FlowTrainer.Train(
            new FlowArchitecture { Dimensions = 2, Layers = 1, HiddenUnits = 4, EncoderHiddenUnits = 4, Bins = 4, Seed = 1 }, new TrainingSettings { Epochs = 1 }, new ArrayRows(rows), null, null, log);
        string[] told = [.. log.Warnings.Where(message => message.Contains("beside which these are as good as one", StringComparison.Ordinal))];
        Assert.Equal(isTold ? 1 : 0, told.Length);
        Assert.All(told, message => Assert.StartsWith($"Features[1] has values as far from the others as {(mark > 0 ? "1E+20" : "-9.97E+36")}, ", message));
    }

    [Fact]
    public void Heavy_tails_are_not()
    {
        float[][] rows = [.. Enumerable.Range(0, Rows).Select(row => new[] { MathF.Exp(4 * Normal[row]), MathF.Pow((row + 0.5f) / Rows, -2) })];
        var log = new ListLog();
        FlowTrainer.Train(
            new FlowArchitecture { Dimensions = 2, Layers = 1, HiddenUnits = 4, EncoderHiddenUnits = 4, Bins = 4, Seed = 1 }, new TrainingSettings { Epochs = 1 }, new ArrayRows(rows), null, null, log);
        Assert.DoesNotContain(log.Warnings, message => message.Contains("as good as one", StringComparison.Ordinal));
    }
}
