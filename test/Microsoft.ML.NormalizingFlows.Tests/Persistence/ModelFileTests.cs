using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence;

public class ModelFileTests
{
    private const int VersionAt = 4, LengthAt = 8, HashAt = 16, ContentAt = 48;

    private static FlowFile File { get; } = new(Fake.AllColumns, Fake.Model);

    private static byte[] Bytes(FlowFile file)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            file.Write(writer);
        return stream.ToArray();
    }

    private static FlowFile Read(byte[] bytes) => FlowFile.Read(new BinaryReader(new MemoryStream(bytes)));

    [Fact]
    public void What_is_written_is_read()
    {
        var read = Read(Bytes(File));
        Assert.Equal(File.Columns with { SlotNames = null }, read.Columns with { SlotNames = null });
        Assert.Equal(File.Columns.SlotNames, read.Columns.SlotNames);
        Assert.Equal(File.Model.Members[0].Spec, read.Model.Members[0].Spec);
        Assert.Equal(File.Model.Report, read.Model.Report);
        Assert.Equal(File.Model.Members[0].Arrays.Select(array => array.Name), read.Model.Members[0].Arrays.Select(array => array.Name));
        Assert.Equal(File.Model.Members[0].Arrays.SelectMany(array => array.Shape), read.Model.Members[0].Arrays.SelectMany(array => array.Shape));
        Assert.Equal(File.Model.Members[0].Arrays.SelectMany(array => array.Values), read.Model.Members[0].Arrays.SelectMany(array => array.Values));
    }

    [Fact]
    public void Columns_may_be_missing_and_features_scalar()
    {
        var columns = new FlowColumns { Feature = "x", FeatureIsScalar = true };
        var file = new FlowFile(columns, Fake.Of(Fake.Architecture with { Dimensions = 1 }));
        Assert.Equal(columns, Read(Bytes(file)).Columns);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_damaged()
    {
        var bytes = Bytes(File);
        for (int length = 0; length < bytes.Length; length++)
        {
            var error = Assert.Throws<FormatException>(() => Read(bytes[..length]));
            Assert.Contains("damaged", error.Message);
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_refused()
    {
        var bytes = Bytes(File);
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x40;
            Assert.Throws<FormatException>(() => Read(bytes));
            bytes[at] ^= 0x40;
        }
        Read(bytes);
    }

    [Fact]
    public void A_foreign_file_is_said_to_be_one()
    {
        var error = Assert.Throws<FormatException>(() => Read(Encoding.ASCII.GetBytes("PK and something else altogether")));
        Assert.Contains("does not hold a normalizing variational flow", error.Message);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_said_to_be_one()
    {
        var bytes = Bytes(File);
        bytes[VersionAt] = 2;
        var error = Assert.Throws<FormatException>(() => Read(bytes));
        Assert.Contains("newer version", error.Message);
        Assert.Contains("update the package", error.Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void A_mixture_base_is_read(int components) => IsRead(Fake.Architecture with { BaseComponents = components });

    [Fact]
    public void A_mixture_latent_is_read() => IsRead(Fake.Architecture with { MixtureLatent = true });

    private static void IsRead(FlowArchitecture architecture)
    {
        var model = Fake.Of(architecture);
        Assert.Equal(architecture.ToSpec(), Read(Bytes(File with { Model = model })).Model.Members[0].Spec);
    }

    [Fact]
    public void An_ensemble_is_read()
    {
        var members = new[] { 3, 1, 2 }.Select(states => Fake.Of(Fake.Architecture with { States = states, Seed = (ulong)states }).Members[0]);
        var model = new FlowModel([.. members], Fake.Report with { EnsembleSize = 3 });
        var read = Read(Bytes(File with { Model = model })).Model;
        Assert.Equal(model.Members.Select(member => member.Spec), read.Members.Select(member => member.Spec));
        Assert.Equal(model.Report, read.Report);
        Assert.Equal(3, read.Shape.States);
    }

    [Fact]
    public void Weights_of_an_ensemble_are_kept_and_a_file_from_before_there_were_any_has_equal_ones()
    {
        var members = new[] { 3, 1 }.Select(states => Fake.Of(Fake.Architecture with { States = states, Seed = (ulong)states }).Members[0] with { Weight = states });
        var file = File with { Model = new FlowModel([.. members], Fake.Report with { EnsembleSize = 2 }) };
        Assert.Equal([0.75, 0.25], Read(Bytes(file)).Model.Shares);
        Assert.Equal([0.5, 0.5], Read(With("null")).Model.Shares);
        foreach (string weights in new[] { "[1]", "[1,0]", "[1,-2]", "[1,\"Infinity\"]" })
            Assert.Contains("no weight above 0", Assert.Throws<FormatException>(() => Read(With(weights))).Message, StringComparison.Ordinal);

        byte[] With(string weights) => WithDescription(file, text =>
        {
            Assert.Contains("\"weights\":[3,1]", text);
            return text.Replace("\"weights\":[3,1]", $"\"weights\":{weights}");
        });
    }

    // The file with another description, and a good checksum.
    private static byte[] WithDescription(FlowFile file, Func<string, string> change)
    {
        byte[] bytes = Bytes(file);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(ContentAt));
        byte[] text = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes, ContentAt + 4, length)));
        byte[] content = [.. BitConverter.GetBytes(text.Length), .. text, .. bytes[(ContentAt + 4 + length)..]];
        byte[] changed = [.. bytes[..ContentAt], .. content];
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(LengthAt), content.Length);
        SHA256.HashData(content).CopyTo(changed.AsSpan(HashAt));
        return changed;
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void An_impossible_length_is_refused_before_anything_is_allocated(long length)
    {
        var bytes = Bytes(File);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LengthAt), length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    /// <summary>What a hostile file could claim, with a good checksum.</summary>
    [Theory]
    [InlineData("\"stateCount\":3", "\"stateCount\":0")]
    [InlineData("\"stateCount\":3", "\"stateCount\":1000000")]
    [InlineData("\"hiddenUnits\":2", "\"hiddenUnits\":8192")]
    [InlineData("\"hiddenUnits\":2", "\"hiddenUnits\":1000000000")]
    [InlineData("\"encoderHiddenUnits\":2", "\"encoderHiddenUnits\":8192")]
    [InlineData("\"dimensions\":2", "\"dimensions\":2048")]
    [InlineData("\"dimensions\":2", "\"dimensions\":16384")]
    [InlineData("\"rank\":null", "\"rank\":0")]
    [InlineData("\"rank\":null", "\"rank\":2147483647")]
    [InlineData("\"bins\":8", "\"bins\":2147483647")]
    [InlineData("\"tailBound\":3", "\"tailBound\":\"NaN\"")]
    [InlineData("\"kind\":\"normal\"", "\"kind\":\"mixture\",\"components\":256")]
    [InlineData("\"kind\":\"normal\"", "\"kind\":\"mixture\",\"components\":257")]
    [InlineData("\"kind\":\"discrete\"", "\"kind\":\"mixture\"")]
    [InlineData("\"kind\":\"rationalQuadraticSpline\"", "\"kind\":\"unknown\"")]
    [InlineData("\"kind\":\"linear\"", "\"kind\":\"stateStandardization\"")]
    [InlineData("\"mask\":[true,false]", "\"mask\":[false,false]")]
    [InlineData("\"mask\":[true,false]", "\"mask\":null")]
    [InlineData("\"layers\":[", "\"layers\":[null,")]
    [InlineData("\"order\":[", "\"order\":[0,")]
    [InlineData("\"members\":[", "\"members\":[],\"others\":[")]
    [InlineData("\"shape\":[2]", "\"shape\":[1073741824,1073741824,1073741824]")]
    [InlineData("\"shape\":[2]", "\"shape\":[-2]")]
    [InlineData("\"name\":\"0/", "\"name\":\"1/")]
    public void An_impossible_description_is_refused_although_the_checksum_is_right(string what, string claimed)
    {
        byte[] bytes = WithDescription(File, text =>
        {
            Assert.Contains(what, text);
            return text.Replace(what, claimed);
        });
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<FormatException>(() => Read(bytes));
        Assert.Contains("damaged", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_no_finite_number_is_refused(float value)
    {
        var member = File.Model.Members[0];
        foreach (var array in member.Arrays)
        {
            var values = (float[])array.Values.Clone();
            values[^1] = value;
            var arrays = member.Arrays.Select(other => other == array ? array with { Values = values } : other).ToList();
            var changed = File with { Model = new FlowModel(member.Spec, arrays, File.Model.Report) };
            var error = Assert.Throws<FormatException>(() => Read(Bytes(changed)));
            Assert.Contains($"damaged (array '0/{array.Name}' has a value that is no finite number)", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_scale_that_is_not_above_0_is_refused()
    {
        var member = File.Model.Members[0];
        foreach (float scale in new[] { 0, -1, 1e-40f })
        {
            var arrays = member.Arrays.Select(array => array.Name == ParameterNames.Scale ? array with { Values = [1, scale] } : array).ToList();
            var changed = File with { Model = new FlowModel(member.Spec, arrays, File.Model.Report) };
            Assert.Contains("a scale of a feature is not above 0", Assert.Throws<FormatException>(() => Read(Bytes(changed))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_array_that_is_there_twice_is_refused()
    {
        var member = File.Model.Members[0];
        var changed = File with { Model = new FlowModel(member.Spec, [.. member.Arrays, member.Arrays[1]], File.Model.Report) };
        Assert.Contains($"array '0/{member.Arrays[1].Name}' is there 2 times", Assert.Throws<FormatException>(() => Read(Bytes(changed))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_origin_or_a_constant_that_does_not_fit_is_refused()
    {
        foreach (double[] origin in new double[][] { [1], [1, 2, 3] })
            Assert.Contains("origins", Assert.Throws<FormatException>(() => Read(Bytes(File with { Columns = Fake.AllColumns with { Origin = origin } }))).Message, StringComparison.Ordinal);
        foreach (var constant in new ConstantFeature[] { new(-1, 0), new(2, 0), new(0, float.NaN) })
            Assert.Contains("a constant", Assert.Throws<FormatException>(() => Read(Bytes(File with { Model = File.Model with { Constants = [constant] } }))).Message, StringComparison.Ordinal);
    }

    /// <summary>A length of a text that is none, in each file that holds texts beside JSON.</summary>
    [Fact]
    public void The_length_of_a_text_that_is_none_is_told_in_the_words_of_all_damage()
    {
        var frame = new Microsoft.ML.NormalizingFlows.Persistence.SealedContent(1, 1, "a text");
        var stream = new MemoryStream();
        frame.Write(new BinaryWriter(stream), writer => writer.Write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        stream.Position = 0;
        Assert.StartsWith("The model file is damaged (", Assert.Throws<FormatException>(() => frame.Read(new BinaryReader(stream), (reader, _) => reader.ReadString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_name_does_not_break_the_sentence() => Assert.Equal(
        "The model file is damaged (its column 'a b  ' is wrong): copy it again, or save the model again.",
        Microsoft.ML.NormalizingFlows.Persistence.SealedContent.Damaged(new InvalidDataException("its column 'a\nb\0\u0001' is wrong.")).Message);

    [Fact]
    public void Slot_names_must_fit_the_features()
    {
        var file = File with { Columns = Fake.AllColumns with { SlotNames = ["one"] } };
        Assert.Contains("1 slots of 2 features", Assert.Throws<FormatException>(() => Read(Bytes(file))).Message);
    }

    [Fact]
    public void A_column_without_a_name_is_refused()
    {
        foreach (var columns in new[] { Fake.AllColumns with { Feature = "" }, Fake.AllColumns with { LatentCluster = "" } })
            Assert.Contains("a column without a name", Assert.Throws<FormatException>(() => Read(Bytes(File with { Columns = columns }))).Message, StringComparison.Ordinal);
        Assert.Equal(["", "b"], Read(Bytes(File with { Columns = Fake.AllColumns with { SlotNames = ["", "b"] } })).Columns.SlotNames!);
    }
}
