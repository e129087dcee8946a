using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// The metrics of clustering. A row's cluster is that of its smallest score; rows with a score that is not finite are left out, a row
/// without a label counts as label 0.
/// </summary>
internal sealed class ClusteringEvaluator(IHost host)
{
    public ClusteringMetrics Evaluate(IDataView data, string scoreName, string labelName, string featureName)
    {
        var score = Find(data.Schema, "score", scoreName);
        var label = labelName is null ? (DataViewSchema.Column?)null : Find(data.Schema, "label", labelName);
        var feature = featureName is null ? (DataViewSchema.Column?)null : Find(data.Schema, "feature", featureName);
        if (label is { } named && named.Type != NumberDataViewType.Single && named.Type is not KeyDataViewType { Count: > 0 })
            throw host.ExceptSchemaMismatch("schema", "label", named.Name, "float or KeyType", named.Type.ToString());
        CheckVector(score, "score", "known-size vector of float");
        if (feature is { } features)
            CheckVector(features, "features", "R4 vector of known size");

        var rows = Read(data, score, label, feature);
        int clusters = ((VectorDataViewType)score.Type).Size;
        return new ClusteringMetrics(
            Information(rows, clusters), rows.Sum(row => (double)row.Distance) / rows.Count, feature is null ? 0 : DaviesBouldin(rows, clusters));
    }

    private DataViewSchema.Column Find(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw host.ExceptSchemaMismatch("schema", role, name);

    private void CheckVector(DataViewSchema.Column column, string role, string expected)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw host.ExceptSchemaMismatch("schema", role, column.Name, expected, column.Type.ToString());
    }

    private List<Row> Read(IDataView data, DataViewSchema.Column score, DataViewSchema.Column? label, DataViewSchema.Column? feature)
    {
        var rows = new List<Row>();
        using var cursor = data.GetRowCursor(new[] { score, label, feature }.OfType<DataViewSchema.Column>());
        var readScore = cursor.GetGetter<VBuffer<float>>(score);
        var readLabel = label is { } named ? LabelGetter.Of(cursor, named) : () => float.NaN;
        var readFeature = feature is { } features ? cursor.GetGetter<VBuffer<float>>(features) : null;
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            float value = readLabel();
            if (float.IsNaN(value))
                value = 0;
            if (value < 0 || value != (int)value)
                throw host.Except($"Invalid label: {value}");
            readScore(ref buffer);
            float[] scores = [.. buffer.DenseValues()];
            readFeature?.Invoke(ref buffer);
            if (scores.All(float.IsFinite))
                rows.Add(new Row((int)value, Array.IndexOf(scores, scores.Min()), scores.Min(), readFeature is null ? [] : [.. buffer.DenseValues()]));
        }
        return rows;
    }

    private static double Information(List<Row> rows, int clusters)
    {
        if (rows.Count == 0 || rows.Max(row => row.Label) == 0)
            return double.NaN;
        double[] classes = Shares(row => row.Label, rows.Max(row => row.Label) + 1), sizes = Shares(row => row.Cluster, clusters);
        double information = rows.GroupBy(row => (row.Label, row.Cluster))
            .Select(cell => (Share: (double)cell.Count() / rows.Count, cell.Key))
            .Sum(cell => cell.Share * Math.Log(cell.Share / (classes[cell.Key.Label] * sizes[cell.Key.Cluster])));
        return information / classes.Where(share => share > 0).Sum(share => -share * Math.Log(share));

        double[] Shares(Func<Row, int> group, int count)
        {
            var shares = new double[count];
            foreach (var row in rows)
                shares[group(row)] += 1.0 / rows.Count;
            return shares;
        }
    }

    // Empty clusters count in the mean, with 0.
    private static double DaviesBouldin(List<Row> rows, int clusters)
    {
        var used = rows.GroupBy(row => row.Cluster).Select(cluster =>
        {
            var centroid = new float[cluster.First().Features.Length];
            foreach (var row in cluster)
            {
                for (int d = 0; d < centroid.Length; d++)
                    centroid[d] += row.Features[d] / cluster.Count();
            }
            return (Centroid: centroid, Spread: cluster.Average(row => (double)Distance(row.Features, centroid)));
        }).ToList();
        double sum = used.Sum(one => used.Where(other => other.Centroid != one.Centroid)
            .Select(other => (one.Spread + other.Spread) / Distance(one.Centroid, other.Centroid)).DefaultIfEmpty(0).Max());
        return sum / clusters;
    }

    private static float Distance(float[] a, float[] b) => MathF.Sqrt(a.Zip(b).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));

    private readonly record struct Row(int Label, int Cluster, float Distance, float[] Features);
}
