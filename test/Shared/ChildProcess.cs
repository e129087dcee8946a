using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>
/// A fresh process that runs one static method of a test class: the test assembly is a program of its own, whose arguments name the
/// method and are its arguments.
/// </summary>
internal static class ChildProcess
{
    public static Process Start(Action<string[]> task, params string[] arguments) => Start(task, [], arguments);

    /// <param name="task">Of a test class.</param>
    /// <param name="environment">Variables of the fresh process beside those of this one.</param>
    /// <param name="arguments">Of the task.</param>
    public static Process Start(Action<string[]> task, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // What a process takes at first depends on neither the machine's cache nor on code that is compiled a second time.
            Environment = { ["DOTNET_GCgen0size"] = "1000000", ["DOTNET_TieredCompilation"] = "0" },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        foreach (string argument in new[] { "exec", task.Method.Module.Assembly.Location }.Concat(CommandLine(task)).Concat(arguments))
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
    }

    /// <summary>Runs a task to its end and returns what it printed.</summary>
    public static string Run(Action<string[]> task, params string[] arguments) => Run(task, [], arguments);

    /// <inheritdoc cref="Start(Action{string[]}, Dictionary{string, string}, string[])"/>
    public static string Run(Action<string[]> task, Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(task, environment, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{task.Method.Name} ended with {process.ExitCode}: {errors.Result}");
        return output;
    }

    /// <summary>The arguments that name a task: its class and its method.</summary>
    public static string[] CommandLine(Action<string[]> task) => [task.Method.DeclaringType!.FullName!, task.Method.Name];

    /// <summary>In the fresh process: does the task that the arguments name.</summary>
    public static void Do(string[] arguments) =>
        Assembly.GetEntryAssembly()!.GetType(arguments[0], throwOnError: true)!
            .GetMethod(arguments[1], BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
            .CreateDelegate<Action<string[]>>()(arguments[2..]);
}
