using System.IO.Compression;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence;

/// <summary>Zip files that ML.NET is asked to load.</summary>
public class SavedModelTests(SmallFlow small) : IClassFixture<SmallFlow>
{
    private static byte[] Saved(ITransformer transformer)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(transformer, null, stream);
        return stream.ToArray();
    }

    private static Exception LoadError(byte[] zip) => Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(new MemoryStream(zip), out _));

    /// <summary>The zip with the entry that holds our data changed.</summary>
    private static byte[] Changed(byte[] zip, Func<byte[], byte[]> change)
    {
        using var stream = new MemoryStream();
        stream.Write(zip);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.Entries.MaxBy(e => e.Length)!;
            using var content = new MemoryStream();
            using (var source = entry.Open())
                source.CopyTo(content);
            string name = entry.FullName;
            entry.Delete();
            using var target = archive.CreateEntry(name).Open();
            target.Write(change(content.ToArray()));
        }
        return stream.ToArray();
    }

    [Fact]
    public void A_damaged_model_is_refused_with_one_sentence()
    {
        var zip = Changed(Saved(small.Flow), bytes =>
        {
            bytes[bytes.Length / 2] ^= 1;
            return bytes;
        });
        var error = LoadError(zip).GetBaseException();
        Assert.IsType<FormatException>(error);
        Assert.Contains("damaged", error.Message);
        Assert.Contains("checksum", error.Message);
    }

    [Fact]
    public void A_truncated_model_or_zip_is_refused()
    {
        var zip = Saved(small.Flow);
        LoadError(zip[..(zip.Length / 2)]);
        LoadError(Changed(zip, bytes => bytes[..(bytes.Length / 2)]));
        LoadError([]);
        LoadError([1, 2, 3]);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_with_one_sentence()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("readme.txt").Open().Dispose();
        foreach (byte[] file in new[] { "a,b\n1,2\n"u8.ToArray(), [], zip.ToArray() })
        {
            var error = LoadError(file);
            Assert.True(error is FormatException or InvalidOperationException, error.ToString());
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void A_newer_model_says_what_to_update()
    {
        // The form's version stands behind ML.NET's header of 256 bytes and our mark of 4.
        var zip = Changed(Saved(small.Flow), bytes =>
        {
            Assert.Equal("NVFL"u8, bytes.AsSpan(256, 4));
            bytes[260] = 5;
            return bytes;
        });
        var error = LoadError(zip).GetBaseException();
        Assert.IsType<FormatException>(error);
        Assert.Contains("update the package", error.Message);
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused_when_the_model_is_loaded()
    {
        var member = small.Flow.Model.Members[0];
        var arrays = member.Arrays.ToList();
        arrays[0] = arrays[0] with { Name = "another" };
        var error = LoadError(Saved(With(small.Flow.Model with { Members = [member with { Arrays = arrays }] }))).GetBaseException();
        Assert.Contains("damaged", error.Message);
        var spec = member.Spec with { Latent = new DiscreteLatentSpec(member.Spec.States, EncoderHiddenUnits: 99) };
        error = LoadError(Saved(With(small.Flow.Model with { Members = [member with { Spec = spec }] }))).GetBaseException();
        Assert.Contains("damaged", error.Message);
    }

    /// <summary>Every one of them finite, and every row would have the least density that there is.</summary>
    [Fact]
    public void Weights_that_overflow_together_are_refused_when_the_model_is_loaded()
    {
        var member = small.Flow.Model.Members[0];
        foreach (string part in new[] { "conditioner.initial.weight", "lower" })
        {
            var arrays = member.Arrays.Select(array => array.Name.EndsWith(part, StringComparison.Ordinal)
                ? array with { Values = [.. array.Values.Select((_, i) => i % 2 == 0 ? 3e38f : -3e38f)] }
                : array).ToList();
            var changed = With(small.Flow.Model with { Members = [member with { Arrays = arrays }] });
            var error = LoadError(Saved(changed)).GetBaseException();
            Assert.True(error is FormatException && error.Message.Contains("overflow", StringComparison.Ordinal), $"{part}: {error}");
        }
    }

    [Fact]
    public void Features_as_large_as_a_Single_are_loaded()
    {
        var member = small.Flow.Model.Members[0];
        var arrays = member.Arrays.Select(array => array.Name is ParameterNames.Scale or ParameterNames.Shift ? array with { Values = [1e38f, 1e38f] } : array).ToList();
        using var loaded = (NormalizingVariationalFlowTransformer)new MLContext().Model.Load(
            new MemoryStream(Saved(With(small.Flow.Model with { Members = [member with { Arrays = arrays }] }))), out _);
        Assert.Equal(2, loaded.Dimensions);
    }

    public static TheoryData<int, int, FlowPattern, FlowMap, bool, int> Architectures
    {
        get
        {
            var data = new TheoryData<int, int, FlowPattern, FlowMap, bool, int>();
            foreach (int dimensions in new[] { 1, 2, 5 })
            {
                foreach (int states in new[] { 1, 3 })
                {
                    foreach (var pattern in Enum.GetValues<FlowPattern>())
                    {
                        foreach (var map in Enum.GetValues<FlowMap>())
                            data.Add(dimensions, states, pattern, map, states > 1, map == FlowMap.Affine ? 1 : dimensions + states);
                    }
                }
            }
            return data;
        }
    }

    /// <summary>The check of sizes refuses no real model.</summary>
    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_kind_of_flow_is_saved_and_loaded(
        int dimensions, int states, FlowPattern pattern, FlowMap map, bool stateStandardization, int baseComponents)
    {
        var architecture = new FlowArchitecture
        {
            Dimensions = dimensions, States = states, Pattern = pattern, Map = map, StateStandardization = stateStandardization,
            Layers = 2, HiddenUnits = 4, EncoderHiddenUnits = 4, BaseComponents = baseComponents, Seed = 1,
        };
        CheckSaved(architecture);
    }

    [Theory]
    [InlineData(FlowLayer.TransformationAutoregressive)]
    [InlineData(FlowLayer.Residual)]
    [InlineData(FlowLayer.Continuous)]
    public void Every_kind_of_layer_is_saved_and_loaded(FlowLayer layer) => CheckSaved(
        new FlowArchitecture { Dimensions = 3, States = 2, Layer = layer, Layers = 2, HiddenUnits = 4, EncoderHiddenUnits = 4, Seed = 1 });

    private static void CheckSaved(FlowArchitecture architecture)
    {
        var model = Fake.Of(architecture);
        using var loaded = Assert.IsType<NormalizingVariationalFlowTransformer>(
            new MLContext().Model.Load(new MemoryStream(Saved(With(model))), out _));
        Assert.Equal(architecture.ToSpec(), loaded.Model.Members[0].Spec);
        Assert.Equal(model.Members[0].Arrays.SelectMany(array => array.Values), loaded.Model.Members[0].Arrays.SelectMany(array => array.Values));
    }

    private static NormalizingVariationalFlowTransformer With(FlowModel model) =>
        new(new MLContext(), new FlowFile(new FlowColumns { Feature = "Features", LogDensity = "LogDensity" }, model));
}
