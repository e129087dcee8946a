using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Images;

/// <summary>Files of image flows, and what an application without TorchSharp is told.</summary>
public sealed class ImageFileTests
{
    private static readonly ImageSpec s_spec = new()
    {
        Shape = new ImageShape(1, 2, 2), Bits = 8, Levels = 1, HiddenChannels = 2, Blocks = 1, Background = 0, Components = 0,
    };

    private static readonly ImageColumns s_columns = new()
    {
        Pixels = new PixelForm { Name = "Pixels", Item = PixelItem.Byte, IsInterleaved = false, Dimensions = [1, 2, 2] },
        LogDensity = "LogDensity",
    };

    private static ImageFile File => new(s_columns, s_spec, s_spec.Start(1), Fake.Report);

    private static ImageCouplingSpec Couplings => new() { Map = new AffineMapSpec(), Steps = 1, MixedFrom = 0 };

    private static byte[] Bytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        File.Write(writer);
        return stream.ToArray();
    }

    private static ImageFile Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        return ImageFile.Read(reader);
    }

    [Fact]
    public void A_coupling_flow_with_a_latent_is_read_as_it_was_written()
    {
        var spec = s_spec with { Couplings = Couplings, HasBackground = true, Latent = new ImageLatentSpec { Kind = ImageLatent.Continuous, Size = 3, Draws = 4 } };
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        (File with { Spec = spec, Arrays = spec.Start(1) }).Write(writer);
        ImageFile read = Read(stream.ToArray());
        Assert.Equal(spec, read.Spec);
        Assert.Equal("ImportanceWeightedBound(4), DequantizationBound(1)", read.Spec.DensityKind);
        Assert.Equal(spec.Parameters().Select(parameter => parameter.Name), read.Arrays.Select(array => array.Name));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        ImageFile read = Read(Bytes());
        Assert.Equal(s_spec, read.Spec);
        Assert.Equal(File.Arrays.Select(array => array.Values), read.Arrays.Select(array => array.Values));
        Assert.Equal("LogDensity", read.Columns.LogDensity);
    }

    [Fact]
    public void A_damaged_file_is_answered_in_one_sentence()
    {
        byte[] whole = Bytes();
        var random = RandomStream.For(1, "damage");
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = i % 2 == 0 ? whole[..random.NextInt(whole.Length)] : [.. whole];
            if (i % 2 == 1)
                damaged[random.NextInt(damaged.Length)] ^= (byte)(1 + random.NextInt(255));
            Assert.Matches("damaged|newer version|does not hold a flow of images", Assert.Throws<FormatException>(() => Read(damaged)).Message);
        }
    }

    /// <summary>What a file with a right checksum may claim all the same.</summary>
    public static TheoryData<string> Claims => ["halvings", "width", "columns", "array", "words", "code columns", "bits of pixels", "anomaly scores", "latent", "two latents", "couplings"];

    [Theory, MemberData(nameof(Claims))]
    public void A_file_that_claims_what_cannot_be_is_refused(string claim)
    {
        var file = claim switch
        {
            "halvings" => File with { Spec = s_spec with { Levels = 9 } },
            "width" => File with { Spec = s_spec with { Shape = new ImageShape(1, 2, 3) } },
            "columns" => File with { Columns = s_columns with { Pixels = s_columns.Pixels with { Dimensions = [1, 2, 3] } } },
            "words" => File with { Spec = s_spec with { Codes = new CodeSpec { Words = 4, Dimensions = 2, PriorLayers = 1, PriorWidth = 33 } } },
            "code columns" => File with { Columns = s_columns with { CodeBits = "CodeBits" } },
            "bits of pixels" => File with { Spec = s_spec with { Couplings = Couplings }, Columns = s_columns with { PixelBits = "PixelBits" } },
            "anomaly scores" => File with { Columns = s_columns with { AnomalyScore = "Score" } },
            "latent" => File with { Columns = s_columns with { Latent = "Latent" } },
            "two latents" => File with
            {
                Spec = s_spec with
                {
                    Codes = new CodeSpec { Words = 4, Dimensions = 2, PriorLayers = 1, PriorWidth = 32 },
                    Latent = new ImageLatentSpec { Kind = ImageLatent.Discrete, Size = 2 },
                },
            },
            "couplings" => File with { Spec = s_spec with { Couplings = Couplings with { Steps = 65 } } },
            "array" => File with { Arrays = [.. File.Arrays.Skip(1)] },
            _ => throw new ArgumentException(claim),
        };
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        file.Write(writer);
        Assert.StartsWith("The model file is damaged (", Assert.Throws<FormatException>(() => Read(stream.ToArray())).Message);
    }

    [Fact]
    public void Without_the_package_on_TorchSharp_a_training_says_what_is_missing()
    {
        var ml = new MLContext();
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, 1, 2, 2);
        var view = ml.Data.LoadFromEnumerable([new Row { Pixels = [1, 2, 3, 4] }, new Row { Pixels = [0, 2, 3, 4] }], definition);
        string expected = "Images take the TorchSharp engine, which is in a package of its own: reference Microsoft.ML.NormalizingFlows.TorchSharp and TorchSharp-cpu in the application, or TorchSharp-cuda-linux or TorchSharp-cuda-windows for a GPU.";
        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => ml.Transforms.ImageVariationalFlow("Pixels").Fit(view)).Message);
        using var model = new ImageVariationalFlowTransformer(ml, File);
        Assert.Equal((1, 2, 2), (model.Channels, model.Height, model.Width));
        var scored = model.Transform(view);
        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => scored.GetColumn<float>("LogDensity").Count()).Message);
    }

    private sealed class Row
    {
        public byte[] Pixels { get; set; } = [];
    }
}
