using PaperToys.OneDimension;

namespace Programs.Tests.Samples.PaperToys;

/// <summary>The normal distribution function from its tail, where Phi itself has long rounded to 1.</summary>
public sealed class NormalTailTests
{
    // From 50-digit arithmetic.
    [Theory]
    [InlineData(0, -0.69314718055994531)]
    [InlineData(-3, -0.0013508099647481938)]
    [InlineData(5, -15.064998393988726)]
    [InlineData(20, -203.91715537109726)]
    [InlineData(35.9, -648.90545023889923)]
    [InlineData(36.1, -656.11099726811344)]
    [InlineData(100, -5005.5242086942050)]
    public void The_tail_has_its_known_logarithm(double z, double expected) =>
        Assert.Equal(expected, NormalTail.Log(z), 1e-15 + 1e-13 * Math.Abs(expected));

    [Theory]
    [InlineData(-6)]
    [InlineData(-0.5)]
    [InlineData(1e-3)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(35.999)]
    [InlineData(36.001)]
    [InlineData(60)]
    [InlineData(1e4)]
    public void The_inverse_undoes_it(double z)
    {
        // Below 0, ln Q is near 0 and its rounding is worth more and more of z.
        double tolerance = (z < -1 ? 1e-7 : 1e-12) * Math.Max(1, Math.Abs(z));
        Assert.Equal(z, NormalTail.Inverse(NormalTail.Log(z)), tolerance);
    }
}
