using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// The metrics of anomaly detection. Rows without a label or with a score that is not finite are left out; a label above 0 is an
/// anomaly.
/// </summary>
internal sealed class AnomalyDetectionEvaluator(IHost host, int falsePositiveCount)
{
    public AnomalyDetectionMetrics Evaluate(IDataView data, string labelName, string scoreName, string predictedLabelName)
    {
        var label = Find(data.Schema, "label", labelName);
        var score = Find(data.Schema, "score", scoreName);
        Find(data.Schema, "predictedLabel", predictedLabelName);
        if (score.Type != NumberDataViewType.Single)
            throw host.ExceptSchemaMismatch("schema", "score", score.Name, "float", score.Type.ToString());
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType { Count: 2 })
        {
            throw host.ExceptSchemaMismatch(
                "schema", "label", label.Name, "float or a KeyType with cardinality 2", label.Type.ToString());
        }
        var examples = Read(data, label, score);
        return new AnomalyDetectionMetrics(Area(examples), DetectionRate(examples));
    }

    private DataViewSchema.Column Find(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw host.ExceptSchemaMismatch("schema", role, name);

    private static (float Score, bool IsAnomaly)[] Read(IDataView data, DataViewSchema.Column label, DataViewSchema.Column score)
    {
        var examples = new List<(float Score, bool IsAnomaly)>();
        using var cursor = data.GetRowCursor([label, score]);
        var readScore = cursor.GetGetter<float>(score);
        var readLabel = LabelGetter.Of(cursor, label);
        while (cursor.MoveNext())
        {
            float value = readLabel(), row = 0;
            if (float.IsNaN(value))
                continue;
            readScore(ref row);
            if (float.IsFinite(row))
                examples.Add((row, value > 0));
        }
        return [.. examples];
    }

    private double Area((float Score, bool IsAnomaly)[] examples)
    {
        double anomalies = examples.Count(example => example.IsAnomaly), others = examples.Length - anomalies;
        if (anomalies == 0)
            throw host.ExceptParam("PosSample", "AUC is not defined when there is no positive class in the data");
        if (others == 0)
            throw host.ExceptParam("NegSample", "AUC is not defined when there is no negative class in the data");
        double above = 0, pairs = 0;
        foreach (var tied in examples.GroupBy(example => example.Score).OrderByDescending(tied => tied.Key))
        {
            double tiedAnomalies = tied.Count(example => example.IsAnomaly), tiedOthers = tied.Count() - tiedAnomalies;
            pairs += tiedOthers * (above + tiedAnomalies / 2);
            above += tiedAnomalies;
        }
        return pairs / (anomalies * others);
    }

    private double DetectionRate((float Score, bool IsAnomaly)[] examples)
    {
        int found = 0, falsePositives = 0, anomalies = examples.Count(example => example.IsAnomaly);
        foreach (var (_, isAnomaly) in Greatest(examples, anomalies))
        {
            if (isAnomaly)
                found++;
            else if (++falsePositives > falsePositiveCount)
                break;
        }
        return (double)found / anomalies;
    }

    // From the greatest score down. As in the real package, a row that comes when enough false positives are kept, and scores less than all
    // that is kept, is lost, an anomaly too: the rate then depends on the order of the rows, and can be less than the documented one.
    private IEnumerable<(float Score, bool IsAnomaly)> Greatest((float Score, bool IsAnomaly)[] examples, int anomalies)
    {
        int enough = new[] { falsePositiveCount, anomalies, (int)Math.Ceiling(0.01 * (examples.Length - anomalies)) }.Max(), kept = 0;
        var heap = new PriorityQueue<(float Score, bool IsAnomaly), float>();
        foreach (var example in examples)
        {
            bool full = kept == enough;
            if (full && example.Score < heap.Peek().Score)
                continue;
            heap.Enqueue(example, example.Score);
            if (example.IsAnomaly)
                continue;
            if (!full)
                kept++;
            else
                while (heap.Dequeue().IsAnomaly) ;
        }
        return heap.UnorderedItems.Select(item => item.Element).OrderByDescending(example => example.Score);
    }
}
