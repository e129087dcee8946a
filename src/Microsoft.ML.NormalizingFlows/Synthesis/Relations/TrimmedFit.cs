using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>
/// Least trimmed squares (Rousseeuw 1984, by its concentration steps): the factors of a sum that fit nine rows of ten best, so that rows which do not keep a
/// relation do not bend it.
/// </summary>
/// <param name="Factors">Of each feature; 0 for one that those before it make up.</param>
/// <param name="Constant">What is added.</param>
/// <param name="Error">The median of the absolute errors, over all rows; NaN where squares of the values are beyond what a Double holds.</param>
internal sealed record TrimmedFit(double[] Factors, double Constant, double Error)
{
    private const double KeptShare = 0.9;
    private const int Steps = 4;

    /// <summary>Below, by its own size, what is left of a feature is rounding.</summary>
    private const double Dependent = 1e-7;

    private const int MaximumDigits = 10;

    /// <summary>An error of so many times another is the same.</summary>
    private const double Same = 1.01;

    /// <param name="features">(features, rows), all finite.</param>
    /// <param name="target">One for each row, 1 or more.</param>
    public static TrimmedFit Of(double[][] features, double[] target)
    {
        int[] rows = [.. Enumerable.Range(0, target.Length)];
        double[] errors = [];
        var fit = new TrimmedFit([], 0, 0);
        for (int step = 0; step < Steps; step++)
        {
            fit = Squares(features, target, rows);
            errors = Array.ConvertAll(fit.Left(features, target), Math.Abs);
            if (Array.Exists(errors, double.IsNaN))
                return fit with { Error = double.NaN };
            double limit = errors.Order().ElementAt((int)(KeptShare * (errors.Length - 1)));
            rows = [.. Enumerable.Range(0, target.Length).Where(row => errors[row] <= limit)];
        }
        return fit with { Error = Median(errors) };
    }

    /// <summary>The same without the features that add nothing, and with the fewest digits that fit as well: a half rather than 0.49999998.</summary>
    /// <param name="features">(features, rows).</param>
    /// <param name="target">One for each row.</param>
    /// <param name="least">An error that is none, as where rounding removes it.</param>
    /// <param name="share">Of the rows that are to be fitted as well, from the nearest on: of a term that few rows have the median tells nothing.</param>
    public TrimmedFit Rounded(double[][] features, double[] target, double least = 0, double share = 0.5)
    {
        double allowed = Math.Max((share == 0.5 ? Error : Largest(Left(features, target), share)) * Same, least);
        for (int feature = 0; feature < features.Length; feature++)
        {
            var without = this with { Factors = [.. Factors.Select((factor, i) => i == feature ? 0 : factor)] };
            if (Factors[feature] != 0 && Factors.Count(factor => factor != 0) > 1 && Largest(without.Left(features, target), share) <= allowed)
                return without.Rounded(features, target, least, share);
        }
        for (int digits = 1; digits <= MaximumDigits; digits++)
        {
            // The constant makes up for what rounding does to the factors.
            var rounded = new TrimmedFit([.. Factors.Select(factor => Round(factor, digits))], 0, 0);
            double constant = Median(rounded.Left(features, target));
            if (ErrorWith(constant) > allowed)
                continue;
            if (ErrorWith(0) <= allowed)
                return rounded with { Error = ErrorWith(0) };
            int own = Enumerable.Range(1, MaximumDigits).FirstOrDefault(some => ErrorWith(Round(constant, some)) <= allowed);
            constant = own == 0 ? constant : Round(constant, own);
            return rounded with { Constant = constant, Error = ErrorWith(constant) };

            double ErrorWith(double some) => Largest((rounded with { Constant = some }).Left(features, target), share);
        }
        return this;

        static double Round(double value, int digits)
        {
            // By the decimal text, so that 0.1 is the nearest Double to it.
            return double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What is left of each row's target.</summary>
    public double[] Left(double[][] features, double[] target)
    {
        var left = new double[target.Length];
        for (int row = 0; row < left.Length; row++)
        {
            double sum = Constant;
            for (int feature = 0; feature < features.Length; feature++)
                sum += Factors[feature] * features[feature][row];
            left[row] = target[row] - sum;
        }
        return left;
    }

    /// <summary>The absolute error that no more than a share of the rows have less of.</summary>
    public static double Largest(double[] left, double share) => left.Select(Math.Abs).Order().ElementAt((int)Math.Min(left.Length - 1, share * left.Length));

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    // By orthogonal features (modified Gram and Schmidt), each without what those before it make up, and back.
    private static TrimmedFit Squares(double[][] features, double[] target, int[] rows)
    {
        int count = features.Length;
        var means = Array.ConvertAll(features, feature => rows.Average(row => feature[row]));
        double mean = rows.Average(row => target[row]);
        var left = features.Select((feature, i) => Array.ConvertAll(rows, row => feature[row] - means[i])).ToArray();
        double[] open = Array.ConvertAll(rows, row => target[row] - mean);
        var triangle = new double[count, count];
        var onto = new double[count];
        var isUsed = new bool[count];
        for (int i = 0; i < count; i++)
        {
            double before = Dot(left[i], left[i]);
            // Twice, for rounding.
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    if (!isUsed[j])
                        continue;
                    double part = Dot(left[j], left[i]);
                    triangle[j, i] += part;
                    Subtract(left[i], left[j], part);
                }
            }
            double norm = Math.Sqrt(Dot(left[i], left[i]));
            isUsed[i] = norm > Dependent * Math.Sqrt(before) && norm > 0;
            if (!isUsed[i])
                continue;
            triangle[i, i] = norm;
            for (int row = 0; row < left[i].Length; row++)
                left[i][row] /= norm;
            onto[i] = Dot(left[i], open);
            Subtract(open, left[i], onto[i]);
        }
        var factors = new double[count];
        for (int i = count - 1; i >= 0; i--)
        {
            if (!isUsed[i])
                continue;
            double sum = onto[i];
            for (int j = i + 1; j < count; j++)
                sum -= triangle[i, j] * factors[j];
            factors[i] = sum / triangle[i, i];
        }
        return new TrimmedFit(factors, mean - factors.Zip(means, (factor, own) => factor * own).Sum(), 0);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Subtract(double[] from, double[] direction, double part)
    {
        for (int i = 0; i < from.Length; i++)
            from[i] -= part * direction[i];
    }
}
