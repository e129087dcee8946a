using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.NormalizingFlows.Tool.Tables;

namespace Microsoft.ML.NormalizingFlows.Tool;

/// <summary>What a model was fitted for.</summary>
internal enum Job
{
    Density,
    Anomaly,
    Clusters,
    Synthetic,
}

/// <summary>What a model says of itself beside what it has learned.</summary>
/// <param name="Job">What it was fitted for.</param>
/// <param name="Columns">Of the table that it was fitted to.</param>
/// <param name="Features">The columns that it learned.</param>
/// <param name="Rows">Of that table.</param>
internal sealed record ModelDescription(Job Job, IReadOnlyList<ColumnDescription> Columns, IReadOnlyList<string> Features, long Rows);

/// <summary>A model in a file: that of <c>mlContext.Model.Save</c>, and one more entry in the same zip, so that ML.NET loads it too.</summary>
/// <param name="Description">What it is.</param>
/// <param name="Last">Its last step, which is of this package; what may stand before it makes one vector of the columns that were learned.</param>
internal sealed record ModelFile(ModelDescription Description, ITransformer Last)
{
    /// <summary>The column of that vector, which is not written to tables.</summary>
    public const string Features = "FlowFeatures";

    private const string Entry = "flows.json";

    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The columns that it takes as one vector; none for a synthesizer, which takes them as they are.</summary>
    public IReadOnlyList<string> Vector => Description.Job == Job.Synthetic ? [] : Description.Features;

    public static void Save(MLContext ml, ITransformer model, DataViewSchema schema, ModelDescription description, string path)
    {
        ml.Model.Save(model, schema, path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        using var writer = new StreamWriter(zip.CreateEntry(Entry).Open());
        writer.Write(JsonSerializer.Serialize(description, s_json));
    }

    /// <exception cref="InvalidDataException">It is no model of this command.</exception>
    public static ModelFile Load(MLContext ml, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}: make a model with flows fit.");
        ModelDescription? description;
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var entry = zip.GetEntry(Entry) ?? throw new InvalidDataException("an entry is missing");
            using var stream = entry.Open();
            description = JsonSerializer.Deserialize<ModelDescription>(stream, s_json);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            throw new InvalidDataException($"{path} is no model that flows fit has made.", error);
        }
        if (description is not { Columns: not null, Features: not null })
            throw new InvalidDataException($"{path} is no model that flows fit has made.");
        ITransformer model;
        try
        {
            model = ml.Model.Load(path, out _);
        }
        catch (Exception error) when (error.GetBaseException() is FormatException or InvalidDataException or IOException)
        {
            throw new InvalidDataException($"{path} is damaged: {error.GetBaseException().Message.TrimEnd('.')}.", error);
        }
        return new(description, model is IEnumerable<ITransformer> chain ? chain.Last() : model);
    }

    /// <summary>The columns that are written because of this step.</summary>
    public IReadOnlyCollection<string> AddedBy(ITransformer step)
    {
        if (Vector.Count == 0)
            return [];
        var rows = new BlockView(TextTable.Empty(Vector), [.. Vector.Select(name => new ColumnDescription(name, FieldKind.Number))], decimalComma: false, Vector);
        string[] read = [.. rows.ToPlainColumns().Schema.Select(column => column.Name)];
        return [.. step.Transform(rows).ToPlainColumns().Schema.Select(column => column.Name).Except(read)];
    }

    /// <summary>The model as one of a job.</summary>
    /// <exception cref="InvalidDataException">It was fitted for another.</exception>
    public T As<T>(string command) where T : class => Last as T
        ?? throw new InvalidDataException($"The model was fitted for {Description.Job switch { Job.Density => "density", Job.Anomaly => "anomalies", Job.Clusters => "clusters", Job.Synthetic => "synthetic rows", var job => throw new NotSupportedException($"{job} is no job.") }}, which flows {command} does not take: fit one with --job {(typeof(T) == typeof(SynthesizerTransformer) ? "synthetic" : "anomaly")}.");
}
