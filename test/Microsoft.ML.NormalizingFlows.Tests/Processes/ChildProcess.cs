using System.Diagnostics;

namespace Microsoft.ML.NormalizingFlows.Tests.Processes;

/// <summary>Starts a task of <see cref="Program"/> in a fresh process.</summary>
internal static class ChildProcess
{
    public static Process Start(string task, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in new[] { "exec", typeof(ChildProcess).Assembly.Location, task }.Concat(arguments))
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
    }

    /// <summary>Runs a task to its end and returns what it printed.</summary>
    public static string Run(string task, params string[] arguments)
    {
        using var process = Start(task, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{task} ended with {process.ExitCode}: {errors.Result}");
        return output;
    }
}
