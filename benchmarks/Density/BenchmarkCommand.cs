using System.Globalization;
using Benchmarks.Shared;
using Density.Data;
using Density.Models;
using Density.Runs;
using Microsoft.ML.NormalizingFlows;

namespace Density;

/// <summary>What the command asks for: data sets, models and seeds, of which each is run with each.</summary>
internal sealed class BenchmarkCommand
{
    private readonly Arguments _arguments;

    /// <exception cref="ArgumentException">An option, data set or model is unknown; the message lists those that there are.</exception>
    public BenchmarkCommand(string[] args)
    {
        _arguments = new Arguments(
            args, "data", "model", "seed", "out", "run", "root", "folder", "train", "validation", "test", "file", "fractions", "members",
            "states", "layers", "hidden", "blocks", "bins", "dropout", "learning-rate", "schedule", "averaging", "weight-decay", "batch", "epochs", "steps", "processor-seconds", "patience", "threads");
        Models = List("model") ?? throw new ArgumentException($"--model is needed; known: {string.Join(", ", ModelList.Names)}.");
        Seeds = [.. (List("seed") ?? ["1"]).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        bool files = _arguments.Text("train") is not null || _arguments.Text("file") is not null;
        Data = files ? new string?[] { null } : List("data") ?? throw new ArgumentException($"--data is needed; known: {string.Join(", ", DataSets.Names)}; or --train, --validation, --test or --file name files.");
        foreach (string model in Models)
            ModelList.CheckName(model);
        foreach (string? data in Data)
            DataSets.CheckName(data ?? DataSets.Names.First());
        if (_arguments.Text("run") is not null && Models.Length * Seeds.Length * Data.Length > 1)
            throw new ArgumentException("--run names the folder of one run, but several are asked for.");
    }

    /// <summary>Names of data sets; null stands for the files given.</summary>
    public string?[] Data { get; }

    public string[] Models { get; }

    public int[] Seeds { get; }

    public DensityData Load(string? data)
    {
        if (data is not null)
            return DataSets.Load(data, new DataPlace(_arguments.Text("root") ?? RepositoryData.Folder("density"), _arguments.Text("folder")));
        if (_arguments.Text("file") is { } file)
            return FileSets.One(file, _arguments.Text("fractions") ?? "0.8,0.1,0.1").Check();
        return FileSets.Three(Needed("train"), Needed("validation"), Needed("test")).Check();
    }

    /// <summary>The folder that a run is kept in.</summary>
    public string Folder(RunSettings settings) =>
        Path.Combine(Out(_arguments), _arguments.Text("run") ?? $"{settings.Data}.{settings.Model}.{settings.Seed}");

    public static string Out(Arguments arguments) => arguments.Text("out") ?? Path.Combine("artifacts", "density");

    /// <summary>The settings of a run: those of the data set and the model, and over them what the command says.</summary>
    public RunSettings Settings(DensityData data, string model, int seed)
    {
        NormalizingVariationalFlowOptions options = ModelList.Options(model, data.Name);
        FlowOptions flow = options.Flow;
        TrainingOptions training = options.Training;
        flow.Latent = flow.Latent switch
        {
            DiscreteFlowLatent { States: > 1 } discrete => discrete with { States = _arguments.Integer("states", discrete.States) },
            MixtureFlowLatent mixture => mixture with { States = _arguments.Integer("states", mixture.States) },
            var other => other,
        };
        flow.Layers = Integer("layers", flow.Layers);
        flow.HiddenUnits = Integer("hidden", flow.HiddenUnits);
        flow.Blocks = _arguments.Integer("blocks", flow.Blocks);
        flow.Bins = _arguments.Integer("bins", flow.Bins);
        training.Dropout = _arguments.Number("dropout", training.Dropout);
        training.LearningRate = _arguments.Number("learning-rate", training.LearningRate);
        if (_arguments.Text("schedule") is { } schedule)
            training.Schedule = Schedule(schedule);
        training.WeightAveraging = _arguments.Number("averaging", training.WeightAveraging);
        if (_arguments.Text("weight-decay") is not null)
            training.WeightDecay = _arguments.Number("weight-decay", 0);
        training.BatchSize = _arguments.Integer("batch", training.BatchSize);
        training.Threads = Integer("threads", null);
        SetLength(options, data, model);
        options.Validate();
        return new RunSettings(data.Name, model, seed, _arguments.Integer("members", 3), _arguments.Integer("states", 5), Integer("processor-seconds", null), options);
    }

    private int? Integer(string name, int? usual) => _arguments.Text(name) is null ? usual : _arguments.Integer(name, 1);

    private static LearningRateSchedule Schedule(string name) => name switch
    {
        "cosine" => LearningRateSchedule.Cosine,
        "cool-down" => LearningRateSchedule.CoolDown,
        _ => throw new ArgumentException($"There is no schedule '{name}'; known: cool-down, cosine."),
    };

    private void SetLength(NormalizingVariationalFlowOptions options, DensityData data, string model)
    {
        if (_arguments.Text("processor-seconds") is not null)
        {
            if (_arguments.Text("steps") is not null || _arguments.Text("epochs") is not null)
                throw new ArgumentException("--processor-seconds says how long a training is; leave --steps and --epochs out.");
            if (!ModelList.IsOneFlow(model))
                throw new ArgumentException($"--processor-seconds is for models that are one flow, which '{model}' is not.");
        }
        if (ModelList.HasLibraryLength(model) && _arguments.Text("steps") is null && _arguments.Text("epochs") is null)
            return;
        FlowSize size = FlowSize.Of(data.Name, options.Flow.Pattern == FlowPattern.Autoregressive);
        int steps = _arguments.Integer("steps", size.Steps * ModelList.Work(model));
        long perEpoch = FlowModel.StepsPerEpoch(data.Training.Length, options.Training.BatchSize);
        options.Training.Epochs = _arguments.Integer("epochs", (int)Math.Max(1, Math.Round((double)steps / perEpoch)));
        options.Training.Patience = _arguments.Text("patience") is null && size.StopsEarly ? null : _arguments.Integer("patience", options.Training.Epochs.Value);
    }

    private string[]? List(string name) => _arguments.Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string Needed(string name) => _arguments.Text(name) ?? throw new ArgumentException($"--{name} is needed beside --train, --validation and --test.");
}
