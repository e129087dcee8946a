namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// The library hands TorchSharp no number that a garbage collection could free during the call
/// (<see cref="Microsoft.ML.NormalizingFlows.Networks.Arithmetic"/> says why): it uses none of the members that make such
/// numbers on their own.
/// </summary>
public class ScalarLifetimeTests
{
    private const string Tensor = "TorchSharp.torch.Tensor";

    private static bool MakesATemporary(string id)
    {
        string name = id.Split('(')[0];
        string arguments = id[name.Length..];
        if (name.StartsWith("M:TorchSharp.Scalar.op_"))
            return true;
        if (name.StartsWith($"M:{Tensor}.op_"))
            return name.EndsWith("op_Addition") || arguments.Trim('(', ')').Split(',').Any(argument => !argument.StartsWith(Tensor));
        return name is $"M:{Tensor}.add" or $"M:{Tensor}.add_" && !arguments.Contains(",TorchSharp.Scalar)")
            || name.EndsWith(".square") || name.EndsWith(".pow") || name.EndsWith(".softplus") || name.EndsWith(".full_like") || name.EndsWith(".full");
    }

    [Fact]
    public void NoNumberIsTemporary()
    {
        var used = ApiReference.Read(typeof(Microsoft.ML.NormalizingFlows.Networks.Arithmetic).Assembly.Location, name => name == "TorchSharp").Select(reference => reference.Id).ToList();
        Assert.Contains($"M:{Tensor}.add({Tensor},TorchSharp.Scalar)", used);
        Assert.DoesNotContain(used, MakesATemporary);
    }

    [Theory]
    [InlineData($"M:{Tensor}.op_Addition({Tensor},{Tensor})~{Tensor}", true)]
    [InlineData($"M:{Tensor}.op_Multiply({Tensor},System.Double)~{Tensor}", true)]
    [InlineData($"M:{Tensor}.op_Multiply({Tensor},{Tensor})~{Tensor}", false)]
    [InlineData($"M:{Tensor}.op_UnaryNegation({Tensor})~{Tensor}", false)]
    [InlineData($"M:{Tensor}.add({Tensor})", true)]
    [InlineData("M:TorchSharp.Scalar.op_Implicit(System.Double)~TorchSharp.Scalar", true)]
    public void TheOnesThatDoAreKnown(string id, bool expected) => Assert.Equal(expected, MakesATemporary(id));
}
