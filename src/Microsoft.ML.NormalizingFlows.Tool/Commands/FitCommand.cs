using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.NormalizingFlows.Tool.Tables;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Microsoft.ML.NormalizingFlows.Tool.Commands;

/// <summary><c>flows fit</c></summary>
internal sealed class FitCommand(Terminal terminal) : Command<FitCommand.Settings>
{
    // Of a table of thousands, the rest would run through the terminal.
    private const int MaximumShown = 100;

    /// <summary>Options of the command.</summary>
    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<TABLE>")]
        [Description("The table to learn: .csv, .tsv, .jsonl or .parquet.")]
        public string Table { get; init; } = "";

        [CommandOption("-j|--job <JOB>")]
        [Description("density, anomaly, clusters or synthetic.")]
        [DefaultValue("anomaly")]
        public string Job { get; init; } = "anomaly";

        [CommandOption("-o|--out <MODEL>")]
        [Description("Where the model goes.")]
        [DefaultValue("model.zip")]
        public string Out { get; init; } = "model.zip";

        [CommandOption("-c|--columns <NAMES>")]
        [Description("The columns to learn, with commas between them; else all that the job can take.")]
        public string? Columns { get; init; }

        [CommandOption("--types <FILE>")]
        [Description("A JSON file that says what columns are: { \"Zip\": \"text\" }; number, whole, truth, date, text or ignore.")]
        public string? Types { get; init; }

        [CommandOption("--flow <FILE>")]
        [Description("A JSON file that says what the flow is, where it is not to be the usual one: { \"Map\": \"Affine\", \"Layers\": 3 }. A smaller one scores faster.")]
        public string? Flow { get; init; }

        [CommandOption("--clusters <NUMBER>")]
        [Description("How many clusters; else the number is found.")]
        public int? Clusters { get; init; }

        [CommandOption("--good")]
        [Description("For anomalies: all rows of the table are known to be good.")]
        public bool Good { get; init; }

        [CommandOption("--time <TIME>")]
        [Description("How long training may take: 90s, 5m or 1h.")]
        public string? Time { get; init; }

        [CommandOption("--seed <NUMBER>")]
        [Description("Makes the result the same each time.")]
        [DefaultValue(1)]
        public int Seed { get; init; }

        [CommandOption("--batch <ROWS>")]
        [Description("Rows of a gradient step; more are worth more processes.")]
        public int? Batch { get; init; }

        [CommandOption("--checkpoint <FOLDER>")]
        [Description("Where the state of a density's or a detector's training is kept after each pass: the same command goes on from there.")]
        public string? Checkpoint { get; init; }

        [CommandOption("--mpi")]
        [Description("This is one of the processes of mpirun, which learn a density or anomalies together.")]
        public bool Mpi { get; init; }

        public Job? ParsedJob => Job switch
        {
            "density" => Tool.Job.Density,
            "anomaly" => Tool.Job.Anomaly,
            "clusters" => Tool.Job.Clusters,
            "synthetic" => Tool.Job.Synthetic,
            _ => null,
        };

        public override ValidationResult Validate() =>
            ParsedJob is null ? ValidationResult.Error($"--job is '{Job}', but must be density, anomaly, clusters or synthetic.")
            : Time is not null && ParseTime(Time) is null ? ValidationResult.Error($"--time is '{Time}', but must be a number of seconds, minutes or hours: 90s, 5m or 1h.")
            : Batch < 1 ? ValidationResult.Error(FormattableString.Invariant($"--batch is {Batch}, but must be 1 or more."))
            : Mpi && (Time is not null || ParsedJob is not (Tool.Job.Density or Tool.Job.Anomaly)) ? ValidationResult.Error("--mpi is for --job density and anomaly, without --time.")
            : Checkpoint is not null && ParsedJob is not (Tool.Job.Density or Tool.Job.Anomaly) ? ValidationResult.Error("--checkpoint is for --job density and anomaly.")
            : Flow is not null && ParsedJob == Tool.Job.Synthetic ? ValidationResult.Error("--flow is for --job density, anomaly and clusters.")
            : Clusters is not null && ParsedJob != Tool.Job.Clusters ? ValidationResult.Error("--clusters is for --job clusters.")
            : Good && ParsedJob != Tool.Job.Anomaly ? ValidationResult.Error("--good is for --job anomaly.")
            : Batch is not null && ParsedJob == Tool.Job.Synthetic ? ValidationResult.Error("--batch is for --job density, anomaly and clusters.")
            : Clusters < 1 ? ValidationResult.Error(FormattableString.Invariant($"--clusters is {Clusters}, but must be 1 or more."))
            : ValidationResult.Success();

        /// <summary>A time such as 5m; null where it is none.</summary>
        public static TimeSpan? ParseTime(string? text)
        {
            if (string.IsNullOrEmpty(text))
                return null;
            double unit = text[^1..] switch { "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
            return unit > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value > 0
                ? TimeSpan.FromSeconds(unit * value)
                : null;
        }
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        if (!settings.Mpi)
            return Fit(settings, group: null, cancellationToken);
        // The first process alone speaks and writes.
        MpiGroup.Run(group => (group.Rank == 0 ? this : new FitCommand(Terminal.Silent)).Fit(settings, group, cancellationToken));
        return 0;
    }

    private int Fit(Settings settings, TrainingGroup? group, CancellationToken cancellationToken)
    {
        var job = settings.ParsedJob!.Value;
        var time = Settings.ParseTime(settings.Time);
        TableWriter.CheckFolder(settings.Out);
        FlowFile.Read(settings.Flow, new FlowOptions());
        var table = TableFile.Read(settings.Table, settings.Types, group);
        var features = Features(table, settings, job);
        Describe(table, features);

        var ml = terminal.CreateContext(settings.Seed);
        var view = job == Job.Synthetic ? table.ToView() : table.ToView(features);
        var description = new ModelDescription(job, table.Columns, features, table.Rows!.Value);
        string summary = "";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (time is { } limit)
            stop.CancelAfter(limit);
        terminal.Messages.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(progress =>
        {
            var task = progress.AddTask("starting", maxValue: 1);
            if (job == Job.Synthetic)
            {
                var only = ml.Transforms.SelectColumns([.. features]).Fit(view).Transform(view);
                var model = ml.Data.Synthesizer(new SynthesizerOptions
                {
                    Seed = settings.Seed, Cancellation = stop.Token, WhenCancelled = WhenCancelled.KeepBest,
                    Progress = new Reporter<SynthesizerProgress>(report => Show(task, report.Done, report.Remaining)),
                }).Fit(only);
                ModelFile.Save(ml, model, only.Schema, description, settings.Out);
                return;
            }
            // By time: how many flows there are to be is known after the trials alone.
            var watch = Stopwatch.StartNew();
            var chain = ml.Transforms.Concatenate(ModelFile.Features, [.. features]).Append(Trainer(ml, job, settings, time, group, cancellationToken, new Reporter<TrainingProgress>(report =>
                Show(task, watch.Elapsed / (watch.Elapsed + report.Remaining), report.Remaining)))).Fit(view);
            summary = ModelSummary.Of(chain.LastTransformer);
            if (group is null or { Rank: 0 })
                ModelFile.Save(ml, chain, view.Schema, description, settings.Out);
        });
        if (cancellationToken.IsCancellationRequested)
            terminal.Messages.MarkupLine("[yellow]Stopped: the best model so far was kept.[/]");
        if (summary.Length > 0)
            terminal.Messages.WriteLine(summary);
        terminal.Messages.MarkupLineInterpolated($"The model is in [bold]{settings.Out}[/]");
        return 0;
    }

    private static void Show(ProgressTask task, double done, TimeSpan remaining)
    {
        task.Value = Math.Clamp(done, 0, 1);
        task.Description = FormattableString.Invariant($"{Math.Ceiling(remaining.TotalSeconds):F0} s left");
    }

    private static IEstimator<ITransformer> Trainer(MLContext ml, Job job, Settings settings, TimeSpan? time, TrainingGroup? group, CancellationToken cancellation, IProgress<TrainingProgress> progress)
    {
        switch (job)
        {
            case Job.Density:
                var density = new NormalizingVariationalFlowOptions { FeatureColumnName = ModelFile.Features };
                Set(density.Training);
                density.Flow = FlowFile.Read(settings.Flow, density.Flow);
                return ml.Transforms.NormalizingVariationalFlow(density);
            case Job.Anomaly:
                var anomaly = new NormalizingVariationalFlowAnomalyOptions { FeatureColumnName = ModelFile.Features, Contamination = settings.Good ? 0 : null };
                Set(anomaly.Training);
                anomaly.Flow = FlowFile.Read(settings.Flow, anomaly.Flow);
                return ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(anomaly);
            case Job.Clusters:
                var clusters = new NormalizingVariationalFlowClusteringOptions { FeatureColumnName = ModelFile.Features, NumberOfClusters = settings.Clusters };
                Set(clusters.Training);
                clusters.Flow = FlowFile.Read(settings.Flow, clusters.Flow);
                return ml.Clustering.Trainers.NormalizingVariationalFlow(clusters);
            default:
                throw new NotSupportedException($"{job} is no job of a flow.");
        }

        void Set(TrainingOptions training)
        {
            (training.Seed, training.TrainingTime, training.Progress, training.Group) = (settings.Seed, time, progress, group);
            training.BatchSize = settings.Batch ?? training.BatchSize;
            training.CheckpointFolder = settings.Checkpoint;
            (training.Cancellation, training.WhenCancelled, training.NonFiniteRows) = (cancellation, WhenCancelled.KeepBest, NonFiniteRows.Drop);
        }
    }

    private static List<string> Features(TableFile table, Settings settings, Job job)
    {
        var usable = table.Columns.Where(column => column.Kind != FieldKind.Ignored && (job == Job.Synthetic || column.Kind is FieldKind.Number or FieldKind.Whole)).ToList();
        if (settings.Columns is null)
            return usable.Count > 0 ? [.. usable.Select(column => column.Name)] : throw new InvalidDataException($"{settings.Table} has no column of numbers, which --job {settings.Job} needs.");
        List<string> asked = [.. settings.Columns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        foreach (string name in asked)
        {
            var column = table.Columns.FirstOrDefault(column => column.Name == name) ?? throw new InvalidDataException($"--columns names '{name}', which {settings.Table} does not have; it has {string.Join(", ", table.Columns.Select(other => other.Name))}.");
            if (!usable.Contains(column))
                throw new InvalidDataException($"--columns names '{name}', which is a column of the kind {TableFile.Word(column.Kind)}: --job {settings.Job} takes numbers.");
        }
        return asked;
    }

    private void Describe(TableFile table, List<string> features)
    {
        var grid = new Table().Border(TableBorder.Simple).AddColumns("column", "read as", "");
        foreach (var column in table.Columns.Take(MaximumShown))
            grid.AddRow(column.Name.EscapeMarkup(), TableFile.Word(column.Kind) + (column.Format is { } format ? $" {format.EscapeMarkup()}" : ""), features.Contains(column.Name) ? "learned" : "[grey]left out[/]");
        terminal.Messages.MarkupLineInterpolated($"{table.Rows:N0} rows");
        terminal.Messages.Write(grid);
        if (table.Columns.Count > MaximumShown)
            terminal.Messages.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"and {table.Columns.Count - MaximumShown:N0} more columns");
    }

    // At once and on the thread that trains: the bar is drawn by another.
    private sealed class Reporter<T>(Action<T> show) : IProgress<T>
    {
        public void Report(T value) => show(value);
    }
}
