using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>What every bijection promises, whatever it is made of.</summary>
public sealed class BijectionContractTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Every bijection x {context on, off} x {float64, float32} x batches of 1, 0 and 7 rows.</summary>
    public static TheoryData<string, bool, ScalarType, int> EveryWay()
    {
        var data = new TheoryData<string, bool, ScalarType, int>();
        foreach (var (name, context) in BijectionCase.NamesAndContextPairs())
            foreach (ScalarType type in new[] { float64, float32 })
                foreach (int batch in new[] { 1, 0, 7 })
                    data.Add(name, context, type, batch);
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void There_and_back_is_the_same_point_with_opposite_log_determinants(string name, bool context, ScalarType type, int batch)
    {
        using Bijection f = Create(name, context, type);
        Tensor? c = Context(context, batch, type);
        Tensor point = Points(batch, f.Dimensions, type);
        double tolerance = type == float64 ? 1e-9 : 1e-3;

        ValueAndLogDeterminant noise = f.Forward(point, c);
        ValueAndLogDeterminant back = f.Inverse(noise.Value, c);
        AssertShapesAndType(noise, batch, f.Dimensions, type);
        AssertShapesAndType(back, batch, f.Dimensions, type);
        Assert.InRange(Tensors.LargestDifference(point, back.Value), 0, tolerance);
        Assert.InRange(Tensors.LargestDifference(noise.LogDeterminant, -back.LogDeterminant), 0, tolerance);

        ValueAndLogDeterminant data = f.Inverse(point, c);
        ValueAndLogDeterminant forth = f.Forward(data.Value, c);
        Assert.InRange(Tensors.LargestDifference(point, forth.Value), 0, tolerance);
        Assert.InRange(Tensors.LargestDifference(data.LogDeterminant, -forth.LogDeterminant), 0, tolerance);
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public void Rows_do_not_depend_on_one_another(string name, bool context, ScalarType type, int batch)
    {
        using Bijection f = Create(name, context, type);
        Tensor? c = Context(context, batch + 1, type);
        Tensor points = Points(batch, f.Dimensions, type);
        // One more row, and that one broken.
        Tensor more = cat([points, full(1, f.Dimensions, double.NaN, type)], 0);
        double tolerance = type == float64 ? 1e-12 : 1e-4;

        foreach (bool forward in new[] { true, false })
        {
            ValueAndLogDeterminant alone = Apply(f, forward, points, c?.narrow(0, 0, batch));
            ValueAndLogDeterminant together = Apply(f, forward, more, c);
            Assert.InRange(Tensors.LargestDifference(alone.Value, together.Value.narrow(0, 0, batch)), 0, tolerance);
            Assert.InRange(Tensors.LargestDifference(alone.LogDeterminant, together.LogDeterminant.narrow(0, 0, batch)), 0, tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(BijectionCase.NamesAndContexts), MemberType = typeof(BijectionCase))]
    public void Log_determinants_are_those_of_the_Jacobian(string name, bool context)
    {
        using Bijection f = Create(name, context, float64);
        Tensor? c = Context(context, 12, float64);
        Tensor points = Points(12, f.Dimensions, float64);
        foreach (bool forward in new[] { true, false })
        {
            double[] stated = Tensors.Values(Apply(f, forward, points, c).LogDeterminant);
            double[,,] jacobian = Tensors.Jacobian(x => Apply(f, forward, x, c).Value, points);
            for (int row = 0; row < stated.Length; row++)
                Assert.Equal(Tensors.LogDeterminant(jacobian, row), stated[row], 1e-8);
        }
    }

    /// <summary>
    /// The noise comes back at any parameters: an error in x is one in y times the slope. Errors of x are divided by
    /// slopes, so x comes back where slopes are those of trained flows.
    /// </summary>
    [Theory]
    [MemberData(nameof(BijectionCase.NamesAndContexts), MemberType = typeof(BijectionCase))]
    public void Float64_round_trips_are_exact(string name, bool context)
    {
        BijectionCase kind = BijectionCase.Named(name);
        foreach (double spread in new[] { 0.1, kind.Spread, 3 * kind.Spread })
        {
            using Bijection f = kind.Create(context, spread, seed: 5);
            Tensor? c = Context(context, 500, float64);
            Tensor points = Points(500, f.Dimensions, float64);
            Tensor forth = f.Forward(f.Inverse(points, c).Value, c).Value;
            Assert.InRange(Tensors.LargestDifference(points, forth), 0, 1e-7);
            if (spread > kind.Spread)
                continue;
            Tensor back = f.Inverse(f.Forward(points, c).Value, c).Value;
            Assert.InRange(Tensors.LargestDifference(points, back), 0, 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(BijectionCase.NamesAndContexts), MemberType = typeof(BijectionCase))]
    public void Float32_round_trips_return_the_noise(string name, bool context)
    {
        using Bijection f = Create(name, context, float32);
        Tensor? c = Context(context, 4000, float32);
        Tensor noise = Tensors.Normal(new RandomStream(8), 1, 4000, f.Dimensions).to(float32);
        Tensor back = f.Forward(f.Inverse(noise, c).Value, c).Value;
        Assert.InRange(Tensors.DifferenceQuantile(noise, back, 0.999), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(BijectionCase.NamesAndContexts), MemberType = typeof(BijectionCase))]
    public void Wrong_shapes_are_refused(string name, bool context)
    {
        using Bijection f = Create(name, context, float64);
        Tensor? c = Context(context, 2, float64);
        Assert.Throws<ArgumentException>(() => f.Forward(zeros(2, f.Dimensions + 1, float64), c));
        Assert.Throws<ArgumentException>(() => f.Inverse(zeros(f.Dimensions, float64), c));
        if (!context)
            return;
        Assert.Throws<ArgumentException>(() => f.Forward(zeros(2, f.Dimensions, float64)));
        Assert.Throws<ArgumentException>(() => f.Forward(zeros(3, f.Dimensions, float64), c));
        Assert.Throws<ArgumentException>(() => f.Inverse(zeros(2, f.Dimensions, float64), zeros(2, 9, float64)));
    }

    [Fact]
    public void Only_the_two_results_outlive_a_call()
    {
        using Bijection f = Create("flow of coupling splines", true, float64);
        Tensor c = Context(true, 3, float64)!;
        Tensor points = Points(3, f.Dimensions, float64);
        long before = _scope.DisposablesCount;
        f.Forward(points, c);
        f.Inverse(points, c);
        Assert.Equal(before + 4, _scope.DisposablesCount);
    }

    private static Bijection Create(string name, bool context, ScalarType type)
    {
        BijectionCase kind = BijectionCase.Named(name);
        Bijection f = kind.Create(context, kind.Spread);
        if (type == float32)
            f.to(float32);
        return f;
    }

    private static ValueAndLogDeterminant Apply(Bijection f, bool forward, Tensor points, Tensor? context) =>
        forward ? f.Forward(points, context) : f.Inverse(points, context);

    private static Tensor? Context(bool context, int rows, ScalarType type) =>
        context ? Tensors.OneHot(rows, BijectionCase.ContextWidth).to(type) : null;

    // Wide enough to lie on both sides of a spline's bounds.
    private static Tensor Points(int rows, int dimensions, ScalarType type) =>
        Tensors.Normal(new RandomStream(3), 2, rows, dimensions).to(type);

    private static void AssertShapesAndType(ValueAndLogDeterminant result, int batch, int dimensions, ScalarType type)
    {
        Assert.Equal([batch, dimensions], result.Value.shape);
        Assert.Equal([batch], result.LogDeterminant.shape);
        Assert.Equal(type, result.Value.dtype);
        Assert.Equal(type, result.LogDeterminant.dtype);
    }
}
