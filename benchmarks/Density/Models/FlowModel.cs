using System.Globalization;
using Density.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;
using Samples.Shared.Terminal;

namespace Density.Models;

/// <summary>
/// A flow trained and scored through the public estimator and transformer. A finished flow is saved in the folder of the fit,
/// so that a model of several goes on behind the last one that was done.
/// </summary>
internal sealed class FlowModel : IDensityModel
{
    private readonly MLContext _ml = new();
    private int? _threads;
    private NormalizingVariationalFlowTransformer? _flow;

    private NormalizingVariationalFlowTransformer Flow => _flow ?? throw new InvalidOperationException("Fit first.");

    public FitSummary Fit(DensityData data, FitRequest request)
    {
        _threads = request.Options.Training.Threads;
        Directory.CreateDirectory(request.Folder);
        var line = new ProgressLine(request.Title);
        var curve = new LearningCurve(request.Folder, StepsPerEpoch(data.Training.Length, request.Options.Training.BatchSize), line);
        string path = Path.Combine(request.Folder, "model.zip");
        bool isNew = !File.Exists(path) && curve.Points.Count == 0;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        _flow = File.Exists(path) ? (NormalizingVariationalFlowTransformer)_ml.Model.Load(path, out _) : Train(data, request, curve, path);
        double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        TrainingReport report = _flow.Report;
        double seconds = curve.Points.Count > 0 ? curve.Points[^1].Seconds : 0;
        line.Done(FormattableString.Invariant($"{report.Epochs} epochs, {report.Steps} steps, {seconds:F0} s, best epoch {report.BestEpoch}"));
        bool latent = _flow.LatentStates > 1;
        return new FitSummary
        {
            Parameters = report.Parameters,
            Seconds = seconds,
            ProcessorSeconds = isNew ? processor : null,
            Epochs = report.Epochs,
            Steps = report.Steps,
            BestEpoch = report.BestEpoch,
            ValidationNll = -report.ValidationLogDensity,
            MutualInformation = latent ? report.MutualInformation : null,
            StatesUsed = latent ? report.StatesUsed : null,
            Curve = curve.Points,
        };
    }

    public double[] LogDensities(float[][] rows) =>
        [.. Flow.Transform(FeatureRow.View(_ml, rows, Flow.Dimensions)).GetColumn<float>("LogDensity").Select(value => (double)value)];

    public double[]? Elbo(float[][] rows) => Flow.LatentStates == 1 ? null : Benchmarks.Shared.Elbo.Of(Flow, rows, _threads);

    public void Dispose() => _flow?.Dispose();

    public static long StepsPerEpoch(long rows, int batch) => (rows + batch - 1) / batch;

    // Kept in the folder, so that a training that goes on is as long as it was to be.
    private static int Epochs(DensityData data, FitRequest request, int seconds)
    {
        string path = Path.Combine(request.Folder, "epochs.txt");
        if (!File.Exists(path))
            Runs.RunFiles.Replace(path, PaidEpochs.In(seconds, data, request.Options).ToString(CultureInfo.InvariantCulture));
        return int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
    }

    private NormalizingVariationalFlowTransformer Train(DensityData data, FitRequest request, LearningCurve curve, string path)
    {
        NormalizingVariationalFlowOptions options = request.Options.Copy();
        if (request.ProcessorSeconds is { } seconds)
            options.Training.Epochs = options.Training.Patience = Epochs(data, request, seconds);
        options.Training.Seed = request.Seed;
        options.Training.CheckpointFolder = request.Folder;
        options.Training.Progress = curve;
        options.Training.Cancellation = request.Cancellation;
        IDataView training = FeatureRow.View(_ml, data.Training, data.Columns);
        IDataView? validation = data.Validation.Length > 0 ? FeatureRow.View(_ml, data.Validation, data.Columns) : null;
        var flow = _ml.Transforms.NormalizingVariationalFlow(options).Fit(training, validation);
        _ml.Model.Save(flow, training.Schema, path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        return flow;
    }
}
