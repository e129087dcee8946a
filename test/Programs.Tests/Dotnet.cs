using System.Diagnostics;

namespace Programs.Tests;

/// <summary>The command <c>dotnet</c>, in a process of its own.</summary>
internal static class Dotnet
{
    /// <summary>Runs it to its end, which must be a good one.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">Of the command.</param>
    /// <returns>What it printed.</returns>
    public static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}: {output} {errors.Result}");
        return output;
    }
}
