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
        var (model, table, view) = CommandWork.Read(settings);
        CommandWork.Write(terminal, model.Transform(view), table.Columns, settings.Out, cancellationToken);
        return 0;
    }
}

/// <summary><c>flows explain</c></summary>
internal sealed class ExplainCommand(Terminal terminal) : Command<ApplySettings>
{
    public override int Execute(CommandContext context, ApplySettings settings, CancellationToken cancellationToken)
    {
        var (model, table, view) = CommandWork.Read(settings);
        var explained = model.As<NormalizingVariationalFlowAnomalyTransformer>("explain").WithFeatureContributions("Contribution", "Expected");
        CommandWork.Write(terminal, model.Transform(view, explained), table.Columns, settings.Out, cancellationToken);
        return 0;
    }
}

/// <summary><c>flows impute</c></summary>
internal sealed class ImputeCommand(Terminal terminal) : Command<ApplySettings>
{
    public override int Execute(CommandContext context, ApplySettings settings, CancellationToken cancellationToken)
    {
        var (model, table, view) = CommandWork.Read(settings);
        var whole = model.As<SynthesizerTransformer>("impute").Impute(view, settings.Seed, cancellation: cancellationToken);
        CommandWork.Write(terminal, whole, table.Columns, settings.Out, cancellationToken);
        return 0;
    }
}

/// <summary><c>flows sample</c></summary>
internal sealed class SampleCommand(Terminal terminal) : Command<SampleCommand.Settings>
{
    /// <summary>Options of the command.</summary>
    internal sealed class Settings : OutputSettings
    {
        [CommandArgument(0, "<MODEL>")]
        [Description("A file that flows fit --job synthetic has written, or --job density.")]
        public string Model { get; init; } = "";

        [CommandOption("-n|--rows <NUMBER>")]
        [Description("How many rows; else as many as the table had.")]
        public long? Rows { get; init; }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        var model = ModelFile.Load(new MLContext(settings.Seed), settings.Model);
        long rows = settings.Rows ?? model.Description.Rows;
        var view = model.Last is NormalizingVariationalFlowTransformer flow
            ? Unpacked(flow.Sample(rows, settings.Seed), model.Description.Features)
            : model.As<SynthesizerTransformer>("sample").Sample(rows, settings.Seed, cancellation: cancellationToken);
        CommandWork.Write(terminal, view, model.Description.Columns, settings.Out, cancellationToken);
        return 0;
    }

    // A flow draws a vector: its slots become the columns that it was made of.
    private static IDataView Unpacked(IDataView view, IReadOnlyList<string> features)
    {
        var ml = new MLContext();
        var plain = view.ToPlainColumns();
        for (int i = 0; i < features.Count; i++)
            plain = ml.Transforms.CopyColumns(features[i], plain.Schema[i].Name).Fit(plain).Transform(plain);
        return ml.Transforms.SelectColumns([.. features]).Fit(plain).Transform(plain);
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

        [CommandOption("--seed <NUMBER>")]
        [Description("Makes the result the same each time.")]
        [DefaultValue(1)]
        public int Seed { get; init; }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        var ml = new MLContext(settings.Seed);
        var real = TableFile.Read(settings.Real);
        IDataView View(TableFile table) => ml.Data.LoadFromDataFrame(table.ToFrame([]));
        var report = ml.Data.QualityReport(View(real), View(TableFile.Read(settings.Synthetic, real.Columns)), new QualityReportOptions
        {
            Seed = settings.Seed, TargetColumnName = settings.Target, Cancellation = cancellationToken,
            Test = settings.Test is { } test ? View(TableFile.Read(test, real.Columns)) : null,
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
        var model = ModelFile.Load(new MLContext(), settings.Model);
        var description = model.Description;
        terminal.Out.WriteLine(FormattableString.Invariant($"Job: {description.Job.ToString().ToLowerInvariant()}"));
        terminal.Out.WriteLine(FormattableString.Invariant($"Rows: {description.Rows}"));
        foreach (var column in description.Columns)
            terminal.Out.WriteLine($"Column {column.Name}: {TableFile.Word(column.Kind)}{(description.Features.Contains(column.Name) ? "" : ", left out")}");
        return 0;
    }
}
