using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>Makes a <see cref="QualityReport"/>, step by step.</summary>
internal sealed class QualityComparison(DataOperationsCatalog data, QualityReportOptions options, ulong seed)
{
    private int _step;

    public QualityReport Compare(IDataView real, IDataView synthetic)
    {
        options.Validate();
        Tell("reading");
        QualityTable table = QualityTable.Read(real, synthetic, options, seed);
        // What is wrong with the target is better known before the training.
        TargetUtility? target = options.TargetColumnName is { } name ? new TargetUtility(table, name, options.TrainingRows) : null;
        Tell("columns and pairs");
        ColumnQuality[] columns = [.. table.Columns.Select(column => new ColumnQuality(
            column.Name, column.IsCategory, Comparison.Shape(column), Missing(column, column.Real), Missing(column, column.Synthetic)))];
        PairQuality[] pairs = [.. Pairs(table)];
        return new QualityReport
        {
            Columns = columns,
            Pairs = pairs,
            Measures = [.. Measures(table, columns, pairs, target)],
            ColumnsLeftOut = table.LeftOut,
            RealRows = table.RealRows,
            SyntheticRows = table.SyntheticRows,
            TestRows = table.TestRows,
            Distributions = [.. table.Columns.Select(ColumnDistribution.Of)],
        };
    }

    private IEnumerable<QualityMeasure> Measures(QualityTable table, ColumnQuality[] columns, PairQuality[] pairs, TargetUtility? target)
    {
        yield return Share("Shape", columns.Average(column => column.Shape), 0.9, "How alike the columns are, one by one: 1 minus the distance of their distributions, on average.");
        if (pairs.Length > 0)
            yield return Share("Trend", pairs.Average(pair => pair.Trend), 0.9, "How alike the dependence of two columns is, on average over all pairs.");

        Tell("two-sample test");
        double area = TwoSampleTest.Area(table, Model(options.TwoSampleTrainer, "two-sample"), options.TrainingRows, RandomStream.For(seed, "two-sample rows"));
        yield return Share("TwoSample", 1 - Math.Abs(2 * area - 1), 0.6, "Whether a classifier can tell synthetic rows from real ones: 1 if it cannot, 0 if it always can.");

        if (target is not null)
        {
            Tell("target, trained on synthetic rows");
            double synthetic = target.TrainedOnSynthetic(Model(options.TargetTrainer, "target"));
            Tell("target, trained on real rows");
            double real = target.TrainedOnReal(Model(options.TargetTrainer, "target"));
            yield return new QualityMeasure(
                "Utility", synthetic, real, target.IsNumber ? double.NegativeInfinity : 0, 1, real - 0.05, 1,
                $"How well '{options.TargetColumnName}' of unseen real rows is predicted by a model that was trained on synthetic rows ({target.Measure}); the goal is what real rows train.");
        }

        Tell("privacy");
        var privacy = new PrivacyChecks(table, RandomStream.For(seed, "privacy"), options.Cancellation);
        yield return Leak("NearerThanReal", privacy.NearerThanReal(), 0.65, "How often a synthetic row is nearer to a real row than real rows are to one another: 0.5 if it is like one more real row, 1 for copies.");
        if (table.TestRows > 0)
        {
            yield return Leak("NearerThanTest", privacy.NearerThanTest(), 0.55, "How often a synthetic row is nearer to the real rows than to as many unseen ones: 0.5 if it learned no row by heart, 1 for copies.");
            yield return Leak("Membership", privacy.MembershipInference(), 0.55, "Whether one can tell which real rows were learned from, by how near the synthetic rows come (area under the ROC curve): 0.5 if not, 1 for copies.");
        }
    }

    private static QualityMeasure Share(string name, double value, double accepted, string meaning) => new(name, value, 1, 0, 1, accepted, 1, meaning);

    private static QualityMeasure Leak(string name, double value, double accepted, string meaning) => new(name, value, 0.5, 0, 1, 0, accepted, meaning);

    private IEnumerable<PairQuality> Pairs(QualityTable table)
    {
        BinnedColumn[] binned = [.. table.Columns.Select(column => new BinnedColumn(column))];
        for (int i = 0; i < binned.Length; i++)
        {
            for (int j = i + 1; j < binned.Length; j++)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                yield return new PairQuality(binned[i].Column.Name, binned[j].Column.Name, Comparison.Trend(binned[i], binned[j]));
            }
        }
    }

    private IRowModel Model(IEstimator<ITransformer>? trainer, string purpose) =>
        trainer is null ? new SmallNetwork(RandomStream.Derive(seed, purpose), options.Cancellation) : new TrainerModel(data, trainer);

    private static double Missing(ComparedColumn column, double[] values) =>
        values.Count(value => column.IsCategory ? column.Levels![(int)value].Length == 0 : double.IsNaN(value)) / (double)values.Length;

    private void Tell(string step)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        options.Progress?.Report(new QualityProgress(step, _step++, options.TargetColumnName is null ? 4 : 6));
    }
}
