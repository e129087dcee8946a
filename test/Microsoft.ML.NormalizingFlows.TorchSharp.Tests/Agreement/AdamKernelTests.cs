using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>The optimizer of the managed engine beside that of the reference.</summary>
public class AdamKernelTests
{
    private const int Length = 5 * 1_024 + 48;
    private const double Rate = 0.05;

    public static TheoryData<int, double, double> Cases
    {
        get
        {
            var cases = new TheoryData<int, double, double>();
            foreach (int lanes in new[] { 4, 8, 16 })
            {
                cases.Add(lanes, 0, 1e9);
                cases.Add(lanes, 0.1, 1e9);
                cases.Add(lanes, 0, 0.5);
                cases.Add(lanes, 0.1, 0.5);
            }
            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Steps_are_those_of_the_reference(int lanes, double decay, double clip) => Width.Run(
        lanes, () => Steps<Lanes128>(decay, clip), () => Steps<Lanes256>(decay, clip), () => Steps<Lanes512>(decay, clip));

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void The_norm_is_that_of_all_numbers(int lanes) => Width.Run(lanes, Norm<Lanes128>, Norm<Lanes256>, Norm<Lanes512>);

    private static void Steps<T>(double decay, double clip) where T : unmanaged, ILanes<T>
    {
        float[] values = Numbers.Normal(Length, 1, 1), mean = new float[Length], square = new float[Length];
        using var parameter = new Parameter(tensor(values));
        using var reference = new FlowOptimizer([("p", parameter)], decay, clip);
        for (int step = 1; step <= 6; step++)
        {
            float[] gradient = Numbers.Normal(Length, Math.Pow(10, -step), (ulong)(10 + step));
            gradient[3] = 0;
            using (NewDisposeScope())
                Assert.True(reference.Step((parameter * tensor(gradient)).sum(), Rate));
            double norm = Math.Sqrt(AdamKernel<T>.SquaredNorm(gradient));
            AdamKernel<T>.Update(new AdamStep(step, Rate, decay, norm, clip), values, gradient, mean, square);
            var state = reference.Extract().ToDictionary(array => array.Name, array => array.Values);
            Near.Assert(parameter.data<float>().ToArray(), values, 1e-6, $"value after step {step}");
            Relative(state["p" + OptimizerNames.Mean], mean, 1e-6);
            Relative(state["p" + OptimizerNames.Square], square, 1e-6);
        }
    }

    private static void Norm<T>() where T : unmanaged, ILanes<T>
    {
        float[] gradient = Numbers.Whole(Length, 1);
        Assert.Equal(gradient.Sum(value => (double)value * value), AdamKernel<T>.SquaredNorm(gradient));
        Assert.Equal(0, AdamKernel<T>.SquaredNorm([]));
        gradient[^1] = float.NaN;
        Assert.Equal(double.NaN, AdamKernel<T>.SquaredNorm(gradient));
    }

    // Moments are compared on the scale of the largest one.
    private static void Relative(float[] expected, float[] actual, double tolerance)
    {
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance * scale);
    }
}
