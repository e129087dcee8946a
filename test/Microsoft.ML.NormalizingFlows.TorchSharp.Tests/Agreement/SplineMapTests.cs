using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Maps;
using Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>Maps on panels beside those of the reference in float64, also at parameters and values that no flow should meet.</summary>
public class SplineMapTests
{
    private const int Features = 3;
    private const float Bound = 3;
    private const double LogitScale = 0.25;

    /// <summary>Bins of a spline, 0 for an affine map, and the size of raw parameters.</summary>
    public static TheoryData<int, int, double> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, double>();
            foreach (int lanes in new[] { 4, 8, 16 })
            {
                foreach (int bins in new[] { 0, 2, 3, 8, 64 })
                {
                    foreach (double size in new[] { 0, 1, 10, 1e4 })
                        cases.Add(lanes, bins, size);
                }
            }
            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Maps_are_those_of_the_reference(int lanes, int bins, double size) => Width.Run(
        lanes, () => Compare<Lanes128>(bins, size), () => Compare<Lanes256>(bins, size), () => Compare<Lanes512>(bins, size));

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Round_trips_return_the_noise(int lanes) => Width.Run(lanes, RoundTrips<Lanes128>, RoundTrips<Lanes256>, RoundTrips<Lanes512>);

    [SkippableTheory]
    [InlineData(4, 1, 1, false)]
    [InlineData(8, 8, 0, false)]
    [InlineData(8, 8, 1, false)]
    [InlineData(8, 8, 10, false)]
    [InlineData(8, 8, 1e4, false)]
    [InlineData(16, 3, 10, false)]
    [InlineData(16, 3, 0.3, true)]
    public void Mixtures_of_logistics_are_those_of_the_reference(int lanes, int components, double size, bool far)
    {
        var spec = new MixtureMapSpec(MixtureComponent.Logistic, components);
        float[] values = Numbers.Rows(Features, 1.5, 2);
        if (far)
            new[] { 100f, -100f, MathF.BitIncrement(100), -MathF.BitIncrement(100), 120, -150 }.CopyTo(values, Panel.Columns + 3);
        Width.Run(lanes, Run<Lanes128>, Run<Lanes256>, Run<Lanes512>);

        void Run<T>() where T : unmanaged, ILanes<T> => Compare(
            new ManagedMixtureMap<T>(spec), new MixtureMap(spec), values, size, null, values.Max(Math.Abs) + 2 + Math.Min(4 * size, MixtureMapSpec.MaximumPlace));
    }

    [SkippableTheory]
    [InlineData(4, 0, false, true)]
    [InlineData(8, 1, false, true)]
    [InlineData(8, 1e4, false, true)]
    [InlineData(16, 0.3, true, true)]
    [InlineData(8, 1, true, true)]
    [InlineData(16, 0.3, true, false)]
    public void Sums_of_squares_are_those_of_the_reference(int lanes, double size, bool far, bool levelsOff)
    {
        var spec = new SumOfSquaresMapSpec(5, 4, 6, levelsOff);
        float[] values = Numbers.Rows(Features, 1.5, 2);
        if (far)
            new[] { 6f, -6f, MathF.BitIncrement(6), -MathF.BitIncrement(6), 20, -100 }.CopyTo(values, Panel.Columns + 3);
        Width.Run(lanes, Run<Lanes128>, Run<Lanes256>, Run<Lanes512>);

        void Run<T>() where T : unmanaged, ILanes<T> => Compare(new ManagedSumOfSquaresMap<T>(spec), new SumOfSquaresMap(spec), values, size, null, values.Max(Math.Abs));
    }

    private static void Compare<T>(int bins, double size) where T : unmanaged, ILanes<T> => Compare<T>(
        bins == 0 ? new ManagedAffineMap<T>() : new ManagedSplineMap<T>(bins, Bound, LogitScale),
        bins == 0 ? new ExponentialAffineMap() : new RationalQuadraticSplineMap(new(bins, Bound, LogitScale)), Values(), size, size > 1 ? 50 : 2, 1);

    // Rounding moves values and knots by some 1e-7; the steepness and the curvature of the map there tell what becomes of it. Of a mixture it moves the
    // exponents by as much of the distance between value and component in widths.
    private static void Compare<T>(ManagedMap<T> map, ElementwiseMap reference, float[] x, double size, double? inverseSteepness, double distance)
        where T : unmanaged, ILanes<T>
    {
        float[] raw = Numbers.Rows(Features * map.ParametersPerFeature, size, 1);
        float[] gY = Numbers.Rows(Features, 1, 3), gLog = Numbers.Rows(1, 1, 4);

        using var scope = NewDisposeScope();
        Tensor xs = Columns(x).requires_grad_(true), raws = Columns(raw).requires_grad_(true);
        var (value, logSlope) = reference.Forward(xs, raws);
        Tensor loss = (value * Columns(gY) + logSlope * Columns(gLog)).sum();
        var gradients = autograd.grad([loss], [xs, raws], retain_graph: true);
        double steepness = 1 + Tensors.Values(logSlope.exp()).Max();
        double curvature = reference is AffineMap ? 0 : Tensors.Values(autograd.grad([logSlope.sum()], [xs])[0]).Max(Math.Abs);

        var scratch = new float[map.ScratchLength];
        float[] y = new float[x.Length], log = new float[Panel.Columns], gX = [.. gY], gRaw = [.. raw], inverse = new float[x.Length];
        map.Forward(raw, x, y, log, Features, Panel.Columns, scratch);
        map.Backward(gRaw, x, gX, gLog, Features, Panel.Columns, scratch);
        map.Inverse(raw, x, inverse, Features, Panel.Columns, scratch);
        Close(value, y, steepness, "y");
        Close(logSlope.sum(1, keepdim: true), log, 1 + curvature, "ln dy/dx");
        Close(gradients[0], gX, Math.Max(steepness + curvature, steepness * distance), "gradient by x");
        Close(gradients[1], gRaw, Math.Max(steepness + curvature, steepness * distance), "gradient by raw parameter");
        var expected = reference.Inverse(xs.detach(), raws.detach());
        Close(expected.Value, inverse, inverseSteepness ?? 1 + Tensors.Values(expected.LogDerivative.exp()).Max(), "x");
    }

    private static void Close(Tensor expected, float[] actual, double condition, string what) =>
        Near.Assert(Array.ConvertAll(Tensors.Values(expected.t()), value => (float)value), actual, 2e-6 * condition, what);

    private static void RoundTrips<T>() where T : unmanaged, ILanes<T>
    {
        var map = new ManagedSplineMap<T>(8, Bound, 1);
        var scratch = new float[map.ScratchLength];
        foreach (double size in new[] { 1, 3, 10 })
        {
            var differences = new List<float>();
            for (ulong panel = 0; panel < 50; panel++)
            {
                float[] raw = Numbers.Rows(Features * map.ParametersPerFeature, size, 100 + panel), y = Numbers.Rows(Features, 1, panel);
                float[] x = new float[y.Length], back = new float[y.Length], log = new float[Panel.Columns];
                map.Inverse(raw, y, x, Features, Panel.Columns, scratch);
                map.Forward(raw, x, back, log, Features, Panel.Columns, scratch);
                differences.AddRange(y.Zip(back, (first, second) => Math.Abs(first - second)));
            }
            Assert.DoesNotContain(differences, float.IsNaN);
            Assert.InRange(differences.Order().ElementAt((int)(0.999 * differences.Count)), 0, 1e-4f);
        }
    }

    /// <summary>Normal values with the ends, 0 and values far outside among them.</summary>
    private static float[] Values()
    {
        float[] values = Numbers.Rows(Features, 1.5, 2);
        float[] special = [Bound, -Bound, 0, 1e10f, -1e10f, MathF.BitIncrement(Bound), MathF.BitDecrement(Bound), -MathF.BitDecrement(Bound)];
        for (int feature = 0; feature < Features; feature++)
            special.CopyTo(values.AsSpan(feature * Panel.Columns + 5 * feature));
        return values;
    }

    /// <summary>A panel as the reference has it, (columns, rows) in float64.</summary>
    private static Tensor Columns(float[] panel) => tensor(panel, [panel.Length / Panel.Columns, Panel.Columns]).t().to(float64).contiguous().detach();
}
