using Microsoft.ML.NormalizingFlows.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>Small helpers between tensors and arrays, for tests.</summary>
internal static class Tensors
{
    public static void ToFloat64(nn.Module module) => module.to(float64);

    /// <summary>
    /// Every parameter normal: weights (two axes) with deviation spread / sqrt(inputs), vectors with spread, but for the
    /// triangles of an LU layer: unless their entries shrink with D, their condition grows exponentially in D, and no
    /// arithmetic inverts them.
    /// </summary>
    public static void Randomize(nn.Module module, double spread, ulong seed)
    {
        using var ungraded = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            bool triangle = name.EndsWith("lower", StringComparison.Ordinal) || name.EndsWith("upper", StringComparison.Ordinal);
            double deviation =
                parameter.dim() == 2 ? spread / Math.Sqrt(parameter.shape[1])
                : triangle ? spread / Math.Sqrt(2 * Math.Max(1, parameter.numel()))
                : spread;
            parameter.copy_(Normal(RandomStream.For(seed, name), deviation, parameter.shape));
        }
    }

    /// <summary>Normal numbers in float64.</summary>
    public static Tensor Normal(RandomStream random, double deviation, params long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (product, length) => product * length)];
        foreach (ref double value in values.AsSpan())
            value = deviation * random.NextNormal();
        return values.Length == 0 ? zeros(shape, float64) : tensor(values, shape);
    }

    /// <summary>One-hot rows of width <paramref name="states"/>, the states in turn, float64.</summary>
    public static Tensor OneHot(long rows, int states)
    {
        var values = new double[rows * states];
        for (long i = 0; i < rows; i++)
            values[i * states + i % states] = 1;
        return rows == 0 ? zeros([0, states], float64) : tensor(values, [rows, states]);
    }

    public static double[] Values(Tensor tensor) =>
        tensor.numel() == 0 ? [] : tensor.detach().to(float64).cpu().contiguous().data<double>().ToArray();

    public static bool AllFinite(Tensor tensor) => Values(tensor).All(double.IsFinite);

    public static double LargestDifference(Tensor left, Tensor right)
    {
        Assert.Equal(left.shape, right.shape);
        double[] a = Values(left), b = Values(right);
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = a[i].Equals(b[i]) ? 0 : Math.Abs(a[i] - b[i]);
            Assert.False(double.IsNaN(difference), $"{a[i]} against {b[i]} at {i}");
            largest = Math.Max(largest, difference);
        }
        return largest;
    }

    /// <summary>The value below which a share of the absolute differences lies.</summary>
    public static double DifferenceQuantile(Tensor left, Tensor right, double share)
    {
        double[] differences = Values((left - right).abs());
        Assert.DoesNotContain(differences, double.IsNaN);
        Array.Sort(differences);
        return differences[(int)Math.Min(differences.Length - 1, share * differences.Length)];
    }

    /// <summary>dy_i / dx_j of each row, (B, D, D), by automatic differentiation; rows must not depend on each other.</summary>
    public static double[,,] Jacobian(Func<Tensor, Tensor> map, Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor input = x.detach().clone().requires_grad_(true);
        Tensor output = map(input);
        int rows = (int)output.shape[0], dimensions = (int)output.shape[1];
        var jacobian = new double[rows, dimensions, dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            double[] gradient = Values(autograd.grad([output.select(1, i).sum()], [input], retain_graph: true, allow_unused: true)[0]);
            for (int row = 0; row < rows; row++)
                for (int j = 0; j < dimensions; j++)
                    jacobian[row, i, j] = gradient[row * dimensions + j];
        }
        return jacobian;
    }

    /// <summary>ln |det| of one row's matrix, by elimination with pivots.</summary>
    public static double LogDeterminant(double[,,] matrices, int row)
    {
        int n = matrices.GetLength(1);
        var m = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                m[i, j] = matrices[row, i, j];
        double sum = 0;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < n; i++)
                if (Math.Abs(m[i, k]) > Math.Abs(m[pivot, k]))
                    pivot = i;
            for (int j = 0; j < n; j++)
                (m[k, j], m[pivot, j]) = (m[pivot, j], m[k, j]);
            sum += Math.Log(Math.Abs(m[k, k]));
            for (int i = k + 1; i < n; i++)
            {
                double factor = m[i, k] / m[k, k];
                for (int j = k; j < n; j++)
                    m[i, j] -= factor * m[k, j];
            }
        }
        return sum;
    }
}
