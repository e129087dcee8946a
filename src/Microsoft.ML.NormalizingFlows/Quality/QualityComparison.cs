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
            column.Name, column.IsCategory, Comparison.Shape(column), Missing(column, column.Real), Missing(column, column.Synthetic))
        {
            DeviationRatio = column.IsCategory || Comparison.Deviation(column.Real) is not (> 0 and var deviation) ? double.NaN : Comparison.Deviation(column.Synthetic) / deviation,
            TailRatio = column.IsCategory ? double.NaN : Comparison.Tails(column.Real, column.Synthetic),
        })];
        BinnedColumn[] binned = [.. table.Columns.Select(column => new BinnedColumn(column))];
        PairQuality[] pairs = [.. Pairs(binned)];
        return new QualityReport
        {
            Columns = columns,
            Pairs = pairs,
            Measures = [.. Measures(table, binned, columns, pairs, target)],
            ColumnsLeftOut = table.LeftOut,
            RealRows = table.RealRows,
            SyntheticRows = table.SyntheticRows,
            TestRows = table.TestRows,
            Distributions = [.. table.Columns.Select(ColumnDistribution.Of)],
        };
    }

    private IEnumerable<QualityMeasure> Measures(QualityTable table, BinnedColumn[] binned, ColumnQuality[] columns, PairQuality[] pairs, TargetUtility? target)
    {
        yield return Share("Shape", columns.Average(column => column.Shape), 0.9, "How alike the columns are, one by one: 1 minus the distance of their distributions, on average.");
        if (pairs.Length > 0)
            yield return Share("Trend", pairs.Average(pair => pair.Trend), 0.9, "How alike the dependence of two columns is, on average over all pairs.");

        if (pairs.Any(pair => !double.IsNaN(pair.CorrelationReal)))
        {
            double far = pairs.Where(pair => !double.IsNaN(pair.CorrelationReal)).Average(pair => Math.Abs(pair.CorrelationReal - pair.CorrelationSynthetic));
            yield return new QualityMeasure("Correlation", far, 0, 0, 2, 0, 0.05, "How far the correlations of two numbers are from the real ones, on average.");
        }
        double[] ratios = [.. columns.Select(column => column.DeviationRatio).Where(double.IsFinite)];
        if (ratios.Length > 0)
        {
            double spread = Math.Exp(ratios.Average(ratio => Math.Abs(Math.Log(Math.Max(ratio, 1e-9)))));
            yield return new QualityMeasure("Spread", spread, 1, 1, double.PositiveInfinity, 1, 1.15, "By which factor standard deviations are off, too large or too small, on average.");
        }

        Tell("two-sample test");
        double area = TwoSampleTest.Area(table, Model(options.TwoSampleTrainer), options.TrainingRows, RandomStream.For(seed, "two-sample rows"));
        // One that is worse than chance has met copies, of which the other half is held out.
        yield return Share("TwoSample", 1 - Math.Max(0, 2 * area - 1), 0.9 - 3 * 2 * TwoSampleTest.StandardError(table, options.TrainingRows), "Whether a classifier can tell synthetic rows from real ones: 1 if it cannot, 0 if it always can.");

        if (target is not null)
        {
            Tell("target, trained on synthetic rows");
            double synthetic = target.TrainedOnSynthetic(Model(options.TargetTrainer));
            Tell("target, trained on real rows");
            double real = target.TrainedOnReal(Model(options.TargetTrainer));
            yield return new QualityMeasure(
                "Utility", synthetic, real, target.IsNumber ? double.NegativeInfinity : 0, 1, real - 0.05, 1,
                $"How well '{options.TargetColumnName}' of unseen real rows is predicted by a model that was trained on synthetic rows ({target.Measure}); the goal is what real rows train.");
        }

        Tell("support");
        foreach (var measure in Support(table, binned))
            yield return measure;

        Tell("privacy");
        var privacy = new PrivacyChecks(table, RandomStream.For(seed, "privacy"), options.Cancellation);
        yield return Leak("NearerThanReal", privacy.NearerThanReal(), 0.65, "How often a synthetic row is nearer to a real row than real rows are to one another: 0.5 if it is like one more real row, 1 for copies.");
        if (table.TestRows > 0)
        {
            yield return Leak("NearerThanTest", privacy.NearerThanTest(), 0.55, "How often a synthetic row is nearer to the real rows than to as many unseen ones: 0.5 if it learned no row by heart, 1 for copies.");
            yield return Leak("Membership", privacy.MembershipInference(), 0.55, "Whether one can tell which real rows were learned from, by how near the synthetic rows come (area under the ROC curve): 0.5 if not, 1 for copies.");
        }
    }

    // What unseen real rows reach is the goal, where there are some.
    private IEnumerable<QualityMeasure> Support(QualityTable table, BinnedColumn[] binned)
    {
        var support = new SupportChecks(table, RandomStream.For(seed, "support"), options.Cancellation);
        bool hasTest = table.TestRows > 0;
        double precision = support.Precision(column => column.Synthetic), recall = support.Recall(column => column.Synthetic);
        double bestPrecision = hasTest ? support.Precision(column => column.Test) : 1, bestRecall = hasTest ? support.Recall(column => column.Test) : 0.5;
        yield return new QualityMeasure("AlphaPrecision", precision, bestPrecision, 0, 1, bestPrecision - 0.1, 1, "Whether synthetic rows lie where real ones do: the shares of both within balls around the middle are the same (alpha-precision).");
        yield return new QualityMeasure("BetaRecall", recall, bestRecall, 0, 1, bestRecall - 0.15, 1, "Whether real rows of all kinds have a synthetic one as near as the next real one (beta-recall); copies have 1.");
        double broken = PairRules.Broken(binned, column => column.Synthetic), least = hasTest ? PairRules.Broken(binned, column => column.Test) : 0;
        yield return new QualityMeasure("RulesBroken", broken, least, 0, 1, 0, least + 0.01, "The share of synthetic rows with two values that never come together in real rows, though by chance at least twenty would.");
        double copies = support.Copies(column => column.Synthetic), usual = hasTest ? support.Copies(column => column.Test) : support.CopiesAmongReal();
        yield return new QualityMeasure("Copies", copies, usual, 0, 1, 0, 1.5 * usual + 0.01, "The share of synthetic rows that are a real one in all columns; the goal is how many unseen real rows do, or, without these, real rows another one.");
    }

    private static QualityMeasure Share(string name, double value, double accepted, string meaning) => new(name, value, 1, 0, 1, accepted, 1, meaning);

    private static QualityMeasure Leak(string name, double value, double accepted, string meaning) => new(name, value, 0.5, 0, 1, 0, accepted, meaning);

    private IEnumerable<PairQuality> Pairs(BinnedColumn[] binned)
    {
        for (int i = 0; i < binned.Length; i++)
        {
            for (int j = i + 1; j < binned.Length; j++)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                ComparedColumn one = binned[i].Column, other = binned[j].Column;
                bool areNumbers = !one.IsCategory && !other.IsCategory;
                yield return new PairQuality(one.Name, other.Name, Comparison.Trend(binned[i], binned[j]))
                {
                    CorrelationReal = areNumbers ? Comparison.Correlation(one.Real, other.Real) : double.NaN,
                    CorrelationSynthetic = areNumbers ? Comparison.Correlation(one.Synthetic, other.Synthetic) : double.NaN,
                };
            }
        }
    }

    private IRowModel Model(IEstimator<ITransformer>? trainer) => trainer is null ? new BoostedTrees(options.Cancellation) : new TrainerModel(data, trainer);

    private static double Missing(ComparedColumn column, double[] values) =>
        values.Count(value => column.IsCategory ? column.Levels![(int)value].Length == 0 : double.IsNaN(value)) / (double)values.Length;

    private void Tell(string step)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        options.Progress?.Report(new QualityProgress(step, _step++, options.TargetColumnName is null ? 5 : 7));
    }
}
