using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Maps;
using Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>The maps of the managed engine beside their formulas, one value at a time in float64; derivatives beside differences.</summary>
public class MapTests
{
    // More features than share a logarithm; columns that are compared, at every place in a register.
    private const int Features = 6, Every = 5;
    private const double Bound = 3, LogitScale = 0.25;

    /// <summary>Lanes, the bins of a spline (0 for an affine map), and the size of raw parameters.</summary>
    public static TheoryData<int, int, double> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, double>();
            foreach (int lanes in new[] { 4, 8, 16 })
            {
                foreach (int bins in new[] { 0, 2, 3, 8 })
                {
                    foreach (double size in new[] { 0, 1, 6 })
                        cases.Add(lanes, bins, size);
                }
            }
            return cases;
        }
    }

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Values_derivatives_and_inverses_are_those_of_the_formula(int lanes, int bins, double size) => Width.Run(
        lanes, () => Compare<Lanes128>(bins, size), () => Compare<Lanes256>(bins, size), () => Compare<Lanes512>(bins, size));

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Room_that_is_too_small_is_refused(int lanes) => Width.Run(lanes, Refuse<Lanes128>, Refuse<Lanes256>, Refuse<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void What_lies_behind_the_columns_and_features_stays(int lanes) => Width.Run(lanes, Stay<Lanes128>, Stay<Lanes256>, Stay<Lanes512>);

    private static ManagedMap<T> Map<T>(int bins) where T : unmanaged, ILanes<T> =>
        bins == 0 ? new ManagedAffineMap<T>() : new ManagedSplineMap<T>(bins, Bound, LogitScale);

    private static void Compare<T>(int bins, double size) where T : unmanaged, ILanes<T>
    {
        var map = Map<T>(bins);
        int parameters = map.ParametersPerFeature;
        Assert.Equal(bins == 0 ? 2 : 3 * bins - 1, parameters);
        float[] raw = Numbers.Rows(Features * parameters, size, 1), x = Numbers.Rows(Features, 1.5, 2), scratch = new float[map.ScratchLength];
        float[] gY = Numbers.Rows(Features, 1, 3), gLog = Numbers.Rows(1, 1, 4), before = Numbers.Rows(1, 1, 5);
        (x[Every], x[2 * Every], x[3 * Every], x[4 * Every]) = (1e10f, -1e10f, (float)-Bound, (float)Bound);
        float[] y = new float[x.Length], log = [.. before], gX = [.. gY], gRaw = [.. raw], inverse = new float[x.Length];
        map.Forward(raw, x, y, log, Features, Panel.Columns, scratch);
        map.Backward(gRaw, x, gX, gLog, Features, Panel.Columns, scratch);
        map.Inverse(raw, y, inverse, Features, Panel.Columns, scratch);

        for (int column = 0; column < Panel.Columns; column += Every)
        {
            double sum = before[column], doubt = 1;
            for (int feature = 0; feature < Features; feature++)
            {
                int at = feature * Panel.Columns + column;
                double[] own = [.. Enumerable.Range(0, parameters).Select(parameter => (double)raw[(feature * parameters + parameter) * Panel.Columns + column])];
                var (value, logSlope) = Formula(bins, own, x[at]);
                double Loss(double[] parameter, double at2) => Formula(bins, parameter, at2) is var (mapped, slope) ? gY[at] * mapped + gLog[column] * slope : 0;
                double slopeOfLog = Math.Abs(Difference(shift => Formula(bins, own, x[at] + shift).LogSlope)), steepness = Math.Exp(logSlope);
                sum += logSlope;
                doubt += slopeOfLog;
                double exact = 2e-6 * Math.Max(1, Math.Abs(value)) * (1 + steepness + slopeOfLog);
                Assert.Equal(value, y[at], exact);
                Assert.Equal(x[at], inverse[at], 4e-6 * Math.Max(1, Math.Abs(x[at])) * (1 + (1 + Math.Abs(value)) / steepness));
                // At an end of the spline, and so far out that a difference has no digits, there is no difference to compare with.
                if (Math.Abs(x[at]) == Bound || Math.Abs(x[at]) > 1e6)
                    continue;
                double condition = 1e-5 * (1 + Math.Abs(x[at])) * (1 + steepness) * (1 + slopeOfLog) * (1 + slopeOfLog);
                Assert.Equal(Difference(shift => Loss(own, x[at] + shift)), gX[at], condition);
                for (int parameter = 0; parameter < parameters; parameter++)
                {
                    double expected = Difference(shift => Loss([.. own.Select((other, i) => i == parameter ? other + shift : other)], x[at]));
                    Assert.Equal(expected, gRaw[(feature * parameters + parameter) * Panel.Columns + column], condition);
                }
            }
            Assert.Equal(sum, log[column], 2e-6 * doubt * Features);
        }
    }

    private static double Difference(Func<double, double> of)
    {
        const double Step = 1e-5;
        return (of(Step) - of(-Step)) / (2 * Step);
    }

    // Raw parameters as they stand: of a spline K widths, K heights, K - 1 inner slopes; of an affine map log-scale and shift.
    private static (double Value, double LogSlope) Formula(int bins, double[] raw, double x)
    {
        if (bins == 0)
        {
            double logScale = Limited(raw[0], ParameterLimits.SoftLogarithm);
            return (Math.Exp(logScale) * x + raw[1], logScale);
        }
        if (Math.Abs(x) > Bound)
            return (x, 0);
        double[] widths = Sizes(raw[..bins]), heights = Sizes(raw[bins..(2 * bins)]);
        double[] slopes = [1, .. raw[(2 * bins)..].Select(slope => 1e-3 + Math.Log(1 + Math.Exp(Limited(slope, ParameterLimits.SoftSlope)))), 1];
        int bin = 0;
        double left = -Bound, bottom = -Bound;
        for (; bin < bins - 1 && x >= left + widths[bin]; bin++)
            (left, bottom) = (left + widths[bin], bottom + heights[bin]);
        double s = heights[bin] / widths[bin], t = (x - left) / widths[bin], q = 1 - t, d0 = slopes[bin], d1 = slopes[bin + 1];
        double denominator = s + (d0 + d1 - 2 * s) * t * q;
        return (
            bottom + heights[bin] * (s * t * t + d0 * t * q) / denominator,
            Math.Log(s * s * (d1 * t * t + 2 * s * t * q + d0 * q * q) / (denominator * denominator)));

        double[] Sizes(double[] logits)
        {
            double[] exponentials = [.. logits.Select(logit => Math.Exp(Limited(LogitScale * logit, ParameterLimits.SoftLogarithm)))];
            return [.. exponentials.Select(one => 2 * Bound * (1e-3 + (1 - 1e-3 * bins) * one / exponentials.Sum()))];
        }
    }

    private static double Limited(double raw, double limit) => raw / (1 + Math.Abs(raw) / limit);

    private static void Stay<T>() where T : unmanaged, ILanes<T>
    {
        const float Left = 77;
        foreach (int bins in new[] { 0, 3 })
        {
            var map = Map<T>(bins);
            int columns = 2 * T.Count;
            float[] Filled(int rows) => Numbers.Filled(rows * Panel.Columns, Left);
            // One feature more than is asked for.
            float[] raw = Filled(3 * map.ParametersPerFeature), x = Filled(3), y = Filled(3), log = Filled(2), g = Filled(3), inverse = Filled(3), scratch = new float[map.ScratchLength];
            map.Forward(raw, x, y, log, 2, columns, scratch);
            map.Inverse(raw, x, inverse, 2, columns, scratch);
            map.Backward(raw, x, g, Filled(2), 2, columns, scratch);
            foreach (var (array, rows) in new[] { (y, 2), (inverse, 2), (g, 2), (log, 1), (raw, 2 * map.ParametersPerFeature) })
            {
                for (int i = 0; i < array.Length; i++)
                    Assert.True(i / Panel.Columns < rows && i % Panel.Columns < columns || array[i] == Left, $"{bins} bins, {i} of {array.Length}");
            }
        }
    }

    private static void Refuse<T>() where T : unmanaged, ILanes<T>
    {
        foreach (int bins in new[] { 0, 4 })
        {
            var map = Map<T>(bins);
            float[] Room(int rows) => new float[rows * Panel.Columns];
            float[] raw = Room(2 * map.ParametersPerFeature), x = Room(2), log = Room(1), scratch = new float[map.ScratchLength];
            Forward(raw, x, Room(2), log, 2, Panel.Columns, scratch);
            Refused(() => Forward(raw[1..], x, Room(2), log, 2, Panel.Columns, scratch));
            Refused(() => Forward(raw, x[1..], Room(2), log, 2, Panel.Columns, scratch));
            Refused(() => Forward(raw, x, Room(2)[1..], log, 2, Panel.Columns, scratch));
            Refused(() => Forward(raw, x, Room(2), log[1..], 2, Panel.Columns, scratch));
            Refused(() => Forward(raw, x, Room(2), log, -1, Panel.Columns, scratch));
            Refused(() => Forward(raw, x, Room(2), log, 2, T.Count + 1, scratch));
            Refused(() => Forward(raw, x, Room(2), log, 1, Panel.Columns + T.Count, scratch));
            if (scratch.Length > 0)
                Refused(() => Forward(raw, x, Room(2), log, 2, Panel.Columns, scratch[1..]));
            Refused(() => map.Backward(raw[1..], x, Room(2), log, 2, Panel.Columns, scratch));
            Refused(() => map.Backward(raw, x, Room(2), log[1..], 2, Panel.Columns, scratch));
            Refused(() => map.Inverse(raw[1..], x, Room(2), 2, Panel.Columns, scratch));
            // No features, no log-determinant either.
            Forward([], [], [], [], 0, Panel.Columns, scratch);
            map.Backward([], [], [], [], 0, Panel.Columns, scratch);

            void Forward(float[] raws, float[] xs, float[] ys, float[] logs, int features, int columns, float[] room) =>
                map.Forward(raws, xs, ys, logs, features, columns, room);
        }

        static void Refused(Action call) => Assert.Throws<ArgumentOutOfRangeException>(call);
    }
}
