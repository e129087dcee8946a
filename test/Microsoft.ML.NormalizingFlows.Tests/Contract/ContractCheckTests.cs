namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>The check itself: it finds what is not there, and what is there with another signature.</summary>
public sealed class ContractCheckTests
{
    private static readonly TypeText Int64 = new("System.Int64", "long");
    private static readonly TypeText Single = new("System.Single", "float");
    private static readonly TypeText Void = new("System.Void", "void");

    private readonly RealApi _api = new(new Dictionary<string, string[]>
    {
        ["Microsoft.ML.Data"] =
        [
            "T:Microsoft.ML.Maker`1\tpublic delegate Microsoft.ML.Maker<T>",
            "M:Microsoft.ML.Box`1.Get``1(``0)\tpublic static TOut[] Microsoft.ML.Box<TIn>.Get<TOut>(TOut value = default(TOut))",
            "M:Microsoft.ML.Box`1.Take(System.Int32)\tpublic TIn Microsoft.ML.Box<TIn>.Take(int count, Microsoft.ML.Kind kind = Microsoft.ML.Kind.Both)",
            "P:Microsoft.ML.Box`1.Length\tpublic long Microsoft.ML.Box<TIn>.Length",
            "F:Microsoft.ML.Kind.Both\tMicrosoft.ML.Kind.Both = Microsoft.ML.Kind.One | 2",
            "F:Microsoft.ML.Kind.One\tMicrosoft.ML.Kind.One = 1",
        ],
        ["TorchSharp"] = ["M:TorchSharp.torch.size(System.Int64)\tstatic extension System.Int64 (dim = 0)"],
    });

    [Theory]
    [InlineData("M:TorchSharp.torch.size(System.Int64)", true, null)]
    [InlineData("M:TorchSharp.torch.sise(System.Int64)", true, "does not have it")]
    [InlineData("M:TorchSharp.torch.size(System.Int32)", true, "does not have it")]
    [InlineData("M:TorchSharp.torch.size(System.Int64)", false, "is static")]
    public void A_reference_must_be_in_the_list(string id, bool isStatic, string? problem) =>
        Check(problem, new("TorchSharp", id, Int64, isStatic));

    [Fact]
    public void The_type_must_be_the_same()
    {
        Check("its type is System.Int64", new("TorchSharp", "M:TorchSharp.torch.size(System.Int64)", Single, true));
        Check(null, new("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.Take(System.Int32)", new("`0", "!0"), false));
        Check("its type is TIn", new("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.Take(System.Int32)", Int64, false));
        Check(null, new("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.Get``1(``0)", new("``0[]", "!!0[]"), true));
        Check("its type is TOut[]", new("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.Get``1(``0)", new("`0[]", "!0[]"), true));
    }

    [Fact]
    public void The_assembly_must_be_the_same() =>
        Check("does not have it", new("Microsoft.ML.Core", "M:TorchSharp.torch.size(System.Int64)", Int64, true));

    [Fact]
    public void Accessors_and_constructors_of_delegates_are_understood()
    {
        var getter = new ApiReference("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.get_Length", Int64, false);
        Check(null, getter with { Owner = ("P:Microsoft.ML.Box`1.Length", Int64) });
        Check("its type is long", getter with { Owner = ("P:Microsoft.ML.Box`1.Length", Single) });
        Check("does not have it", getter);
        Check(null, new("Microsoft.ML.Data", "M:Microsoft.ML.Maker`1.#ctor(System.Object,System.IntPtr)", Void, false));
        Check("does not have it", new("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.#ctor(System.Object,System.IntPtr)", Void, false));
    }

    [Theory]
    [InlineData("count", "3", null)]
    [InlineData("number", "3", "real public TIn")]
    [InlineData("count", "1", "real public TIn")]
    public void A_declaration_must_have_the_same_names_and_defaults(string name, string kind, string? problem)
    {
        var member = new DefinedMember("Microsoft.ML.Data", "M:Microsoft.ML.Box`1.Take(System.Int32)")
        {
            Access = "public",
            Type = new("`0", "TIn"),
            Name = "Microsoft.ML.Box<TIn>.Take",
            Parameters =
            [
                new("", new("System.Int32", "int"), name, null),
                new("", new("Microsoft.ML.Kind", "Microsoft.ML.Kind"), "kind", kind),
            ],
        };
        Same(problem, _api.Problem(member));
    }

    private void Check(string? problem, ApiReference reference) => Same(problem, _api.Problem(reference));

    private static void Same(string? part, string? sentence)
    {
        if (part is null)
        {
            Assert.Null(sentence);
        }
        else
        {
            Assert.Contains(part, sentence);
        }
    }
}
