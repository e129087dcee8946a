namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>
/// Train on synthetic rows, test on real ones (Esteban et al. 2017): how well the target of unseen real rows is predicted, by the area under the ROC
/// curve for two categories, its mean of one against the rest for more, and R squared for a number.
/// </summary>
internal sealed class TargetUtility
{
    private const int MaximumLevels = 10;
    private readonly ComparedColumn _target;
    private readonly ComparedColumn[] _others;
    private readonly int _trainingRows;

    /// <exception cref="ArgumentException">The target is not in the table, or constant in the real or the test rows.</exception>
    public TargetUtility(QualityTable table, string target, int trainingRows)
    {
        _target = table.Columns.FirstOrDefault(column => column.Name == target)
            ?? throw new ArgumentException($"There is no column '{target}' to predict: the columns are {string.Join(", ", table.Columns.Select(column => column.Name))}.", nameof(target));
        RequireTwoValues(_target.Real, "real");
        RequireTwoValues(_target.Test, "test");
        _others = [.. table.Columns.Where(column => column != _target)];
        if (_others.Length == 0)
            throw new ArgumentException($"There is no column beside the target '{target}' to predict it from.", nameof(target));
        _trainingRows = trainingRows;

        void RequireTwoValues(double[] values, string rows)
        {
            if (values.Where(value => !double.IsNaN(value)).Distinct().Take(2).Count() < 2)
                throw new ArgumentException($"The target '{target}' is the same in all {rows} rows, so that there is nothing to predict: choose another column.", nameof(target));
        }
    }

    public string Measure => !_target.IsCategory ? "R\u00b2" : Levels().Length == 1 ? "area under the ROC curve" : "mean area under the ROC curve, one against the rest";

    public bool IsNumber => !_target.IsCategory;

    public double TrainedOnSynthetic(IRowModel model) => Trained(model, column => column.Synthetic);

    public double TrainedOnReal(IRowModel model) => Trained(model, column => column.Real);

    private double Trained(IRowModel model, Func<ComparedColumn, double[]> rows)
    {
        double[] labels = rows(_target), truth = _target.Test;
        int[] training = Usable(labels), judged = Usable(truth);
        if (training.Length == 0 || judged.Length == 0)
            return IsNumber ? 0 : 0.5;
        double[][] columns = [.. _others.Select(rows)], tests = [.. _others.Select(column => column.Test)];
        var encoder = new RowEncoder(_others.Select((column, i) => (column.IsCategory, columns[i])), model.CutsFeatures);
        var features = encoder.Encode(columns, training);
        var others = encoder.Encode(tests, judged);
        if (IsNumber)
            return RankStatistics.RSquared(model.FitAndScore(features, [.. training.Select(i => (float)labels[i])], true, others), [.. judged.Select(i => truth[i])]);
        return Levels().Average(level => training.All(i => labels[i] != level) ? 0.5 : RankStatistics.AreaUnderCurve(
            model.FitAndScore(features, [.. training.Select(i => labels[i] == level ? 1f : 0)], false, others), [.. judged.Select(i => truth[i] == level)]));
    }

    private int[] Usable(double[] labels) => [.. Enumerable.Range(0, labels.Length).Where(i => !double.IsNaN(labels[i])).Take(_trainingRows)];

    /// <summary>The levels to predict, one of two being enough; the most frequent where there are many.</summary>
    private double[] Levels()
    {
        double[] frequent = [.. _target.Real.CountBy(level => level).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key)];
        return frequent.Length == 2 ? [frequent[1]] : [.. frequent.Take(MaximumLevels)];
    }
}
