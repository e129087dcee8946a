namespace TorchSharp;

/// <summary>Numbers as scalars, said aloud.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this double value) => value;
}
