using System.Collections.Concurrent;
using System.ComponentModel;
using Microsoft.ML.NormalizingFlows.Tool.Tables;
using Microsoft.ML.Runtime;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Microsoft.ML.NormalizingFlows.Tool.Commands;

/// <summary>Where commands write: tables to the one, all else to the other.</summary>
internal sealed record Terminal(TextWriter Out, IAnsiConsole Messages)
{
    /// <summary>One that nobody sees.</summary>
    public static Terminal Silent { get; } = new(TextWriter.Null, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }));

    /// <summary>A context whose warnings are messages, each of them once.</summary>
    public MLContext CreateContext(int? seed = null)
    {
        var ml = new MLContext(seed);
        var told = new ConcurrentDictionary<string, bool>();
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning && told.TryAdd(message.RawMessage, true))
                Messages.MarkupLineInterpolated($"[yellow]Warning:[/] {message.RawMessage}");
        };
        return ml;
    }
}

/// <summary>Options of commands that write a table.</summary>
internal class OutputSettings : CommandSettings
{
    [CommandOption("-o|--out <FILE>")]
    [Description("Where the table goes: .csv, .tsv, .jsonl or .parquet; without it CSV in the terminal.")]
    public string? Out { get; init; }

    [CommandOption("--seed <NUMBER>")]
    [Description("Makes the result the same each time.")]
    [DefaultValue(1)]
    public int Seed { get; init; }
}

/// <summary>Options of commands whose rows several processes may share.</summary>
internal class PartSettings : OutputSettings
{
    [CommandOption("--part <PART>")]
    [Description("Do a share of the rows: 2/4 is the second of four; auto asks MPI, Slurm or Kubernetes which; auto/4 where they tell no number. Into files such as rows-2-of-4.csv.")]
    public string? Part { get; init; }

    public Part ParsedPart => Tables.Part.Parse(Part, Environment.GetEnvironmentVariable);
}

/// <summary>Options of commands that apply a model to a table.</summary>
internal class ApplySettings : PartSettings
{
    [CommandArgument(0, "<MODEL>")]
    [Description("A file that flows fit has written.")]
    public string Model { get; init; } = "";

    [CommandArgument(1, "<TABLE>")]
    [Description("A table with the columns of the one that the model was fitted to.")]
    public string Table { get; init; } = "";
}

/// <summary>What commands share.</summary>
internal static class CommandWork
{
    /// <summary>Opens a model and a table of its columns.</summary>
    public static (ModelFile Model, TableFile Table) Open(Terminal terminal, ApplySettings settings)
    {
        var model = ModelFile.Load(terminal.CreateContext(settings.Seed), settings.Model);
        var table = TableFile.Open(settings.Table, model.Description.Columns);
        var missing = model.Description.Features.Except(table.Columns.Where(column => column.Kind != FieldKind.Ignored).Select(column => column.Name)).ToList();
        if (missing.Count > 0 && model.Description.Job != Job.Synthetic)
            throw new InvalidDataException($"{settings.Table} lacks {string.Join(", ", missing.Select(name => $"'{name}'"))}, which the model was fitted to.");
        return (model, table);
    }

    /// <summary>Writes what a model makes of a table, block by block.</summary>
    public static void Apply(Terminal terminal, ApplySettings settings, ModelFile model, TableFile table, ITransformer? last, CancellationToken cancellation)
    {
        var scorer = last ?? model.Last;
        // What an earlier scoring has left in the table is replaced, also where a vector of its was written as columns.
        table = table.Without(model.AddedBy(scorer));
        Write(terminal, settings, table.Views(settings.ParsedPart, model.Vector).Select(scorer.Transform), table.Columns, cancellation);
    }

    /// <summary>Writes views one behind the other and says how many rows there were.</summary>
    /// <param name="terminal">Where it says so.</param>
    /// <param name="settings">What the user has asked for.</param>
    /// <param name="views">With the same columns each.</param>
    /// <param name="known">What columns were in the file that they come from.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="names">Of the first columns, which are all that is written; null for all columns by their own names.</param>
    public static void Write(Terminal terminal, PartSettings settings, IEnumerable<IDataView> views, IEnumerable<ColumnDescription> known, CancellationToken cancellation, IReadOnlyList<string>? names = null)
    {
        string? path = settings.Out is null ? null : settings.ParsedPart.Name(settings.Out);
        using var writer = new TableWriter(path, terminal.Out, known, cancellation);
        foreach (var view in views)
            writer.Append(view.ToPlainColumnsWithout(ModelFile.Features), names);
        writer.Complete();
        if (path is not null)
            terminal.Messages.MarkupLineInterpolated($"{writer.Rows:N0} rows written to [bold]{path}[/]");
    }

    private static IDataView ToPlainColumnsWithout(this IDataView view, string column) =>
        (view.Schema.GetColumnOrNull(column) is null ? view : new MLContext().Transforms.DropColumns(column).Fit(view).Transform(view)).ToPlainColumns();
}
