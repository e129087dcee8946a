using System.ComponentModel;
using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using Microsoft.ML.NormalizingFlows.Tool.Tables;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Microsoft.ML.NormalizingFlows.Tool.Commands;

/// <summary><c>flows score</c></summary>
internal sealed class ScoreCommand(Terminal terminal) : Command<ApplySettings>
{
    public override int Execute(CommandContext context, ApplySettings settings, CancellationToken cancellationToken)
    {
        var (model, table) = CommandWork.Open(terminal, settings);
        CommandWork.Apply(terminal, settings, model, table, last: null, cancellationToken);
        return 0;
    }
}

/// <summary><c>flows explain</c></summary>
internal sealed class ExplainCommand(Terminal terminal) : Command<ApplySettings>
{
    public override int Execute(CommandContext context, ApplySettings settings, CancellationToken cancellationToken)
    {
        var (model, table) = CommandWork.Open(terminal, settings);
        var explained = model.As<NormalizingVariationalFlowAnomalyTransformer>("explain").WithFeatureContributions("Contribution", "Expected");
        CommandWork.Apply(terminal, settings, model, table, explained, cancellationToken);
        return 0;
    }
}

/// <summary><c>flows impute</c></summary>
internal sealed class ImputeCommand(Terminal terminal) : Command<ApplySettings>
{
    public override int Execute(CommandContext context, ApplySettings settings, CancellationToken cancellationToken)
    {
        if (settings.Part is not null)
            throw new InvalidDataException("flows impute reads the whole table at once, and takes no --part.");
        var (model, table) = CommandWork.Open(terminal, settings);
        var whole = model.As<SynthesizerTransformer>("impute").Impute(table.ToView(), settings.Seed, cancellation: cancellationToken);
        CommandWork.Write(terminal, settings, [whole], table.Columns, cancellationToken);
        return 0;
    }
}

/// <summary><c>flows sample</c></summary>
internal sealed class SampleCommand(Terminal terminal) : Command<SampleCommand.Settings>
{
    /// <summary>Options of the command.</summary>
    internal sealed class Settings : PartSettings
    {
        [CommandArgument(0, "<MODEL>")]
        [Description("A file that flows fit --job synthetic has written, or --job density.")]
        public string Model { get; init; } = "";

        [CommandOption("-n|--rows <NUMBER>")]
        [Description("How many rows, such as 500 or 1e9; else as many as the table had.")]
        public string? Rows { get; init; }

        public override ValidationResult Validate() => Rows is null || ParsedRows >= 1
            ? ValidationResult.Success()
            : ValidationResult.Error($"--rows is '{Rows}', but must be a whole number, 1 or more.");

        /// <summary>A whole number; null where it is none.</summary>
        public long? ParsedRows => decimal.TryParse(Rows, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal rows)
            && rows == decimal.Truncate(rows) && rows <= long.MaxValue ? (long)rows : null;
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        var ml = terminal.CreateContext(settings.Seed);
        var model = ModelFile.Load(ml, settings.Model);
        long rows = settings.ParsedRows ?? model.Description.Rows;
        var (first, end) = settings.ParsedPart.Of(rows);
        if (first == end)
            throw new InvalidDataException(FormattableString.Invariant($"--rows is {rows}, fewer than the {settings.ParsedPart.Count} parts: draw more rows, or in fewer parts."));
        // Rows are drawn in blocks that each have a seed of their own: those that are skipped are not drawn.
        IDataView Share(IDataView all) => ml.Data.TakeRows(first == 0 ? all : ml.Data.SkipRows(all, first), end - first);
        // A flow draws a vector: its slots become the columns that it was made of.
        var flow = model.Last as NormalizingVariationalFlowTransformer;
        var view = Share(flow?.Sample(rows, settings.Seed).ToPlainColumns() ?? model.As<SynthesizerTransformer>("sample").Sample(rows, settings.Seed, cancellation: cancellationToken));
        CommandWork.Write(terminal, settings, [view], model.Description.Columns, cancellationToken, flow is null ? null : model.Description.Features);
        return 0;
    }
}

/// <summary><c>flows report</c></summary>
internal sealed class ReportCommand(Terminal terminal) : Command<ReportCommand.Settings>
{
    /// <summary>Options of the command.</summary>
    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<REAL>")]
        [Description("The table that synthetic rows are to be like.")]
        public string Real { get; init; } = "";

        [CommandArgument(1, "<SYNTHETIC>")]
        [Description("The synthetic rows.")]
        public string Synthetic { get; init; } = "";

        [CommandOption("--test <TABLE>")]
        [Description("Real rows that the synthesizer has not seen: with them copies are found.")]
        public string? Test { get; init; }

        [CommandOption("--target <COLUMN>")]
        [Description("A column that is to be predicted from the others.")]
        public string? Target { get; init; }

        [CommandOption("-o|--out <FILE>")]
        [Description("Where the page goes.")]
        [DefaultValue("report.html")]
        public string Out { get; init; } = "report.html";

        public override ValidationResult Validate() =>
            Target is not null && Test is null ? ValidationResult.Error("--target needs --test, rows to judge its predictions on.") : ValidationResult.Success();

        [CommandOption("--seed <NUMBER>")]
        [Description("Makes the result the same each time.")]
        [DefaultValue(1)]
        public int Seed { get; init; }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        TableWriter.CheckFolder(settings.Out);
        var ml = terminal.CreateContext(settings.Seed);
        var real = TableFile.Read(settings.Real);
        var report = ml.Data.QualityReport(real.ToView(), TableFile.Open(settings.Synthetic, real.Columns).ToView(), new QualityReportOptions
        {
            Seed = settings.Seed, TargetColumnName = settings.Target, Cancellation = cancellationToken,
            Test = settings.Test is { } test ? TableFile.Open(test, real.Columns).ToView() : null,
        });
        report.SaveHtml(settings.Out);
        var grid = new Table().Border(TableBorder.Simple).AddColumns("measure", "value", "at best", "");
        foreach (var measure in report.Measures)
            grid.AddRow(measure.Name.EscapeMarkup(), measure.Value.ToString("F3", CultureInfo.InvariantCulture), measure.Goal.ToString("F2", CultureInfo.InvariantCulture), measure.Passes ? "" : "[yellow]look[/]");
        terminal.Messages.Write(grid);
        terminal.Messages.MarkupLineInterpolated($"The page is in [bold]{settings.Out}[/]");
        return 0;
    }
}

/// <summary><c>flows info</c></summary>
internal sealed class InfoCommand(Terminal terminal) : Command<InfoCommand.Settings>
{
    /// <summary>Options of the command.</summary>
    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<MODEL>")]
        [Description("A file that flows fit has written.")]
        public string Model { get; init; } = "";
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        var model = ModelFile.Load(terminal.CreateContext(), settings.Model);
        var description = model.Description;
        terminal.Out.WriteLine(FormattableString.Invariant($"Job: {description.Job.ToString().ToLowerInvariant()}"));
        terminal.Out.WriteLine(FormattableString.Invariant($"Rows: {description.Rows}"));
        foreach (var column in description.Columns)
            terminal.Out.WriteLine($"Column {column.Name}: {TableFile.Word(column.Kind)}{(description.Features.Contains(column.Name) ? "" : ", left out")}");
        if (ModelSummary.Of(model.Last) is { Length: > 0 } summary)
            terminal.Out.WriteLine(summary);
        return 0;
    }
}
