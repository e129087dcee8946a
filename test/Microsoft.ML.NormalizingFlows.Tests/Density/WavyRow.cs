using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>A number whose mean and spread follow from two others: <c>y = 3 sin(2 a) + b + (0.2 + 0.3 |a|) e</c>, e Normal.</summary>
public sealed class WavyRow
{
    public float Y { get; set; }

    [VectorType(2)]
    public float[] Given { get; set; } = [];

    public int Number { get; set; }

    public static double Mean(float[] given) => 3 * Math.Sin(2 * given[0]) + given[1];

    public static double Spread(float[] given) => 0.2 + 0.3 * Math.Abs(given[0]);

    public static WavyRow[] Draw(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            float[] given = [(float)(4 * random.NextUniform() - 2), (float)random.NextNormal()];
            return new WavyRow { Number = number, Given = given, Y = (float)(Mean(given) + Spread(given) * random.NextNormal()) };
        })];
    }

    /// <summary>log p(y | given).</summary>
    public double LogDensity()
    {
        double t = (Y - Mean(Given)) / Spread(Given);
        return -0.5 * t * t - Math.Log(Spread(Given)) - 0.5 * Math.Log(2 * Math.PI);
    }
}

/// <summary>What is to be predicted for, without the number itself.</summary>
public sealed class UnseenWave
{
    [VectorType(2)]
    public float[] Given { get; set; } = [];
}
