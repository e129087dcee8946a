using System.Reflection;
using Microsoft.ML.NormalizingFlows.Tool.Commands;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Microsoft.ML.NormalizingFlows.Tool;

/// <summary>The command <c>flows</c>: tables in files in, models and tables out.</summary>
internal static class Program
{
    private const int BadInput = 1, BadUsage = 2, Cancelled = 130;

    public static int Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The second time ends the process.
            pressed.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        var messages = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        // A line of a log is a sentence.
        if (Console.IsErrorRedirected)
            messages.Profile.Width = 10_000;
        return Run(arguments, new Terminal(Console.Out, messages), stop.Token);
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>0, or 1 for bad input, 2 for a command that cannot be understood, 130 for one that was stopped.</returns>
    public static int Run(string[] arguments, Terminal terminal, CancellationToken cancellation)
    {
        var app = new CommandApp();
        app.Configure(configuration =>
        {
            configuration.SetApplicationName("flows");
            configuration.SetApplicationVersion(typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");
            // A word that is misspelled would else be passed over.
            configuration.UseStrictParsing();
            configuration.ConfigureConsole(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) }));
            configuration.Settings.Registrar.RegisterInstance(terminal);
            configuration.PropagateExceptions();
            configuration.AddCommand<FitCommand>("fit").WithDescription("Learns a table and writes a model.")
                .WithExample("fit", "payments.csv", "--job", "anomaly", "--out", "payments.zip")
                .WithExample("fit", "customers.parquet", "--job", "clusters", "--time", "5m");
            configuration.AddCommand<ScoreCommand>("score").WithDescription("Adds what a model says to a table: log-densities, scores, clusters.")
                .WithExample("score", "payments.zip", "new.parquet", "--out", "scored.parquet");
            configuration.AddCommand<ExplainCommand>("explain").WithDescription("Scores a table and adds what each column contributes, and what was expected.")
                .WithExample("explain", "payments.zip", "new.csv", "--out", "why.csv");
            configuration.AddCommand<SampleCommand>("sample").WithDescription("Draws rows from a model.")
                .WithExample("sample", "bookings.zip", "--rows", "10000", "--out", "synthetic.csv");
            configuration.AddCommand<ImputeCommand>("impute").WithDescription("Fills in missing values, drawn given the others.")
                .WithExample("impute", "bookings.zip", "holes.csv", "--out", "whole.csv");
            configuration.AddCommand<ReportCommand>("report").WithDescription("Compares synthetic rows with real ones.")
                .WithExample("report", "bookings.csv", "synthetic.csv", "--out", "report.html");
            configuration.AddCommand<InfoCommand>("info").WithDescription("Says what a model is.");
        });
        try
        {
            return app.Run(arguments, cancellation);
        }
        catch (CommandAppException problem)
        {
            terminal.Messages.MarkupLineInterpolated($"[red]{problem.Message}[/] flows --help says what there is.");
            return BadUsage;
        }
        catch (OperationCanceledException)
        {
            terminal.Messages.MarkupLine("[yellow]Stopped: nothing was written.[/]");
            return Cancelled;
        }
        // The library answers bad input with these, in one sentence.
        catch (Exception problem) when (problem is InvalidDataException || problem.GetBaseException() is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException
            or InvalidOperationException or FormatException or NotSupportedException)
        {
            // Ours says it; what ML.NET wraps is further in. The name of a parameter is for who wrote the call.
            string message = (problem is InvalidDataException or FileNotFoundException or ArgumentException ? problem : problem.GetBaseException()).Message;
            int parameter = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            terminal.Messages.MarkupLineInterpolated($"[red]{(parameter < 0 ? message : message[..parameter])}[/]");
            return BadInput;
        }
    }
}
