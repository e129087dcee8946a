using System.Text.Json;
using Microsoft.ML.NormalizingFlows;

namespace Density.Models;

/// <summary>
/// Keeps the curve of a training in its folder and shows its progress. The file is replaced after each epoch; a resumed
/// training may repeat an epoch whose checkpoint was not yet written, and then its old point goes.
/// </summary>
internal sealed class LearningCurve(string folder, long stepsPerEpoch, IProgress<TrainingProgress> shown) : IProgress<TrainingProgress>
{
    private readonly string _path = Path.Combine(folder, "curve.json");
    private List<CurvePoint>? _points;

    public List<CurvePoint> Points => _points ??=
        File.Exists(_path) ? JsonSerializer.Deserialize<List<CurvePoint>>(File.ReadAllText(_path), Runs.RunFiles.Json)! : [];

    public void Report(TrainingProgress value)
    {
        Points.RemoveAll(point => (point.Flow, point.Epoch).CompareTo((value.Flow, value.Epoch)) >= 0);
        double before = Points.LastOrDefault(point => point.Flow < value.Flow)?.Seconds ?? 0;
        Points.Add(new CurvePoint(
            value.Epoch, value.Epoch * stepsPerEpoch, before + value.Elapsed.TotalSeconds, value.ValidationLoss, value.TrainingLoss, Flow: value.Flow));
        Runs.RunFiles.Replace(_path, JsonSerializer.Serialize(Points, Runs.RunFiles.Json));
        shown.Report(value);
    }
}
