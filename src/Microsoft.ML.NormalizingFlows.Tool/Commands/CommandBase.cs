using System.ComponentModel;
using Microsoft.ML.NormalizingFlows.Tool.Tables;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Microsoft.ML.NormalizingFlows.Tool.Commands;

/// <summary>Where commands write: tables to the one, all else to the other.</summary>
internal sealed record Terminal(TextWriter Out, IAnsiConsole Messages);

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

/// <summary>Options of commands that apply a model to a table.</summary>
internal sealed class ApplySettings : OutputSettings
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
    /// <summary>Reads a model and a table of its columns.</summary>
    public static (ModelFile Model, TableFile Table, IDataView View) Read(ApplySettings settings)
    {
        var ml = new MLContext(settings.Seed);
        var model = ModelFile.Load(ml, settings.Model);
        var table = TableFile.Read(settings.Table, model.Description.Columns);
        var missing = model.Description.Features.Except(table.Columns.Where(column => column.Kind != FieldKind.Ignored).Select(column => column.Name)).ToList();
        if (missing.Count > 0 && model.Description.Job != Job.Synthetic)
            throw new InvalidDataException($"{settings.Table} lacks {string.Join(", ", missing.Select(name => $"'{name}'"))}, which the model was fitted to.");
        bool isSynthetic = model.Description.Job == Job.Synthetic;
        return (model, table, ml.Data.LoadFromDataFrame(table.ToFrame(isSynthetic ? [] : [.. model.Description.Features])));
    }

    /// <summary>Writes a table and says how many rows there were.</summary>
    public static void Write(Terminal terminal, IDataView view, IEnumerable<ColumnDescription> known, string? path, CancellationToken cancellation)
    {
        var described = known.ToList();
        long rows = new TableWriter(view.ToPlainColumnsWithout(ModelFile.Features), described, [], cancellation).Write(path, terminal.Out);
        if (path is not null)
            terminal.Messages.MarkupLineInterpolated($"{rows:N0} rows written to [bold]{path}[/]");
    }

    private static IDataView ToPlainColumnsWithout(this IDataView view, string column) =>
        (view.Schema.GetColumnOrNull(column) is null ? view : new MLContext().Transforms.DropColumns(column).Fit(view).Transform(view)).ToPlainColumns();
}
