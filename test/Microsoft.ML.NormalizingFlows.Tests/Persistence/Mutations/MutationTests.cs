using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

public class MutationTests
{
    public static TheoryData<string> Kinds => [.. MutatedFiles.Names];

    /// <summary>The command of CONTRIBUTING.md: damages a number of files of each kind, or of those named, and prints what came of it.</summary>
    internal static void DamageFiles(string[] arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        foreach (string kind in arguments.Length > 1 ? arguments[1..] : MutatedFiles.Names)
        {
            var watch = Stopwatch.StartNew();
            var run = new MutationRun(MutatedFiles.Of(kind));
            run.Run(0, count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind}: {count} damaged files, {run.Refused} refused, {run.Loaded} loaded, {run.Faults.Count} faults, {run.Room:P0} of the room allowed, {watch.Elapsed.TotalSeconds:F0} s"));
            foreach (string fault in run.Faults.Take(20))
                Console.WriteLine(fault);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_damaged_file_is_refused_in_a_sentence_or_works(string kind)
    {
        var run = new MutationRun(MutatedFiles.Of(kind));
        run.Run(0, 200);
        Assert.Empty(run.Faults);
        Assert.True(run.Loaded > 0 && run.Refused > 0);
    }

    /// <summary>Its densities were finite near the mean, but none exactly there.</summary>
    [Fact]
    public void A_flow_that_overflows_at_its_mean_alone_is_refused()
    {
        var run = new MutationRun(MutatedFiles.Of("flow"));
        run.Run(8817, 1);
        Assert.Empty(run.Faults);
    }
}
