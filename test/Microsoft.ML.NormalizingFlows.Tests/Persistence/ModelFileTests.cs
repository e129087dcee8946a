using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;
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
            ModelFile.Write(writer, file);
        return stream.ToArray();
    }

    private static FlowFile Read(byte[] bytes) => ModelFile.Read(new BinaryReader(new MemoryStream(bytes)));

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var read = Read(Bytes(File));
        Assert.Equal(File.Columns with { SlotNames = null }, read.Columns with { SlotNames = null });
        Assert.Equal(File.Columns.SlotNames, read.Columns.SlotNames);
        Assert.Equal(File.Model.Architecture, read.Model.Architecture);
        Assert.Equal(File.Model.Report, read.Model.Report);
        Assert.Equal(File.Model.Members[0].Arrays.Select(array => array.Name), read.Model.Members[0].Arrays.Select(array => array.Name));
        Assert.Equal(File.Model.Members[0].Arrays.SelectMany(array => array.Shape), read.Model.Members[0].Arrays.SelectMany(array => array.Shape));
        Assert.Equal(File.Model.Members[0].Arrays.SelectMany(array => array.Values), read.Model.Members[0].Arrays.SelectMany(array => array.Values));
    }

    [Fact]
    public void ColumnsMayBeMissingAndFeaturesScalar()
    {
        var columns = new FlowColumns { Feature = "x", FeatureIsScalar = true };
        var file = new FlowFile(columns, Fake.Of(Fake.Architecture with { Dimensions = 1 }));
        Assert.Equal(columns, Read(Bytes(file)).Columns);
    }

    [Fact]
    public void AFileCutOffAnywhereIsDamaged()
    {
        var bytes = Bytes(File);
        for (int length = 0; length < bytes.Length; length++)
        {
            var error = Assert.Throws<FormatException>(() => Read(bytes[..length]));
            Assert.Contains("damaged", error.Message);
        }
    }

    [Fact]
    public void AFileWithAnyByteChangedIsRefused()
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
    public void AForeignFileIsSaidToBeOne()
    {
        var error = Assert.Throws<FormatException>(() => Read(Encoding.ASCII.GetBytes("PK and something else altogether")));
        Assert.Contains("does not hold a normalizing variational flow", error.Message);
    }

    [Fact]
    public void AFileOfANewerVersionIsSaidToBeOne()
    {
        var bytes = Bytes(File);
        bytes[VersionAt] = 5;
        var error = Assert.Throws<FormatException>(() => Read(bytes));
        Assert.Contains("newer version", error.Message);
        Assert.Contains("update the package", error.Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void AMixtureBaseIsRead(int components)
    {
        var member = Fake.Of(Fake.Architecture with { BaseComponents = components }).Members[0];
        member = member with { Arrays = [.. member.Arrays, new("base", [components * 5], new float[components * 5])] };
        Assert.Equal(member.Architecture, Read(Bytes(File with { Model = File.Model with { Members = [member] } })).Model.Architecture);
    }

    [Fact]
    public void AFileOfTheFirstVersionIsReadAndLeavesNoStateOut()
    {
        // The first form lacks what the second added behind the columns: no name (a byte) and a Double.
        var (columns, flow) = SecondForm();
        var read = Read(OfVersion(1, [.. columns[..^(1 + sizeof(double))], .. flow]));
        Assert.Equal(File.Columns with { SlotNames = null }, read.Columns with { SlotNames = null });
        Assert.Equal(File.Model.Architecture, read.Model.Architecture);
    }

    [Fact]
    public void AFileOfTheSecondVersionIsReadAndHoldsOneFlow()
    {
        var (columns, flow) = SecondForm();
        var read = Read(OfVersion(2, [.. columns, .. flow]));
        Assert.Equal(File.Columns with { SlotNames = null }, read.Columns with { SlotNames = null });
        Assert.Equal(File.Model.Architecture, read.Model.Members.Single().Architecture);
        Assert.Equal(File.Model.Report, read.Model.Report);
        Assert.Equal(File.Model.Members[0].Arrays.SelectMany(array => array.Values), read.Model.Members[0].Arrays.SelectMany(array => array.Values));
    }

    [Fact]
    public void AnEnsembleIsRead()
    {
        var members = new[] { 3, 1, 2 }.Select(states => Fake.Of(Fake.Architecture with { States = states, Seed = (ulong)states }).Members[0]);
        var model = new FlowModel([.. members], Fake.Report with { EnsembleSize = 3 });
        var read = Read(Bytes(File with { Model = model })).Model;
        Assert.Equal(model.Members.Select(member => member.Architecture), read.Members.Select(member => member.Architecture));
        Assert.Equal(model.Report, read.Report);
        Assert.Equal(6, read.Architecture.States);
    }

    [Fact]
    public void GaussianStatesAreRead()
    {
        var member = new FlowMember(Fake.Architecture with { GaussianStates = true }, [new NamedArray("a", [20], new float[20])]);
        Assert.Equal(member.Architecture, Read(Bytes(File with { Model = File.Model with { Members = [member] } })).Model.Architecture);
    }

    [Fact]
    public void AFileOfTheThirdVersionIsReadAndHasNoGaussianStates()
    {
        byte[] bytes = Bytes(File), other = Bytes(File with { Model = Fake.Of(Fake.Architecture with { GaussianStates = true }) });
        int flag = Enumerable.Range(ContentAt, bytes.Length - ContentAt).First(at => bytes[at] != other[at]);
        var read = Read(OfVersion(3, [.. bytes[ContentAt..flag], .. bytes[(flag + 1)..]]));
        Assert.Equal(File.Model.Architecture, read.Model.Architecture);
    }

    // The second form: no number of flows behind the columns, and the report in front of the arrays.
    private static (byte[] Columns, byte[] Flow) SecondForm()
    {
        byte[] bytes = Bytes(File), other = Bytes(File with { Columns = File.Columns with { PrunedProbability = 0.5 } });
        int number = Enumerable.Range(ContentAt, bytes.Length - ContentAt).First(at => bytes[at] != other[at]) - 6;
        int flow = number + sizeof(double) + sizeof(int);       // and neither components of the base nor Gaussian states behind the architecture
        using var stream = new MemoryStream();
        NamedArrays.Write(new BinaryWriter(stream), File.Model.Members[0].Arrays);
        byte[] arrays = stream.ToArray();
        int at = bytes.AsSpan().IndexOf(arrays);
        return (bytes[ContentAt..(number + sizeof(double))], [.. bytes[flow..(at - sizeof(int) - sizeof(bool))], .. bytes[(at + arrays.Length)..], .. arrays]);
    }

    private static byte[] OfVersion(byte version, byte[] content)
    {
        byte[] bytes = [.. Bytes(File)[..ContentAt], .. content];
        bytes[VersionAt] = version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LengthAt), content.Length);
        SHA256.HashData(content).CopyTo(bytes.AsSpan(HashAt));
        return bytes;
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void AnImpossibleLengthIsRefusedBeforeAnythingIsAllocated(long length)
    {
        var bytes = Bytes(File);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LengthAt), length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    public static TheoryData<string> WrongSizes => new(
        nameof(FakeArchitectures.NoStates), nameof(FakeArchitectures.ManyLayers), nameof(FakeArchitectures.WideNetwork),
        nameof(FakeArchitectures.ManyFeatures), nameof(FakeArchitectures.UnknownMap), nameof(FakeArchitectures.WideEncoder),
        nameof(FakeArchitectures.NoTail), nameof(FakeArchitectures.WideBase), nameof(FakeArchitectures.HeavyBase),
        nameof(FakeArchitectures.GaussianWithoutStates));

    /// <summary>Architectures that a hostile file could claim, with a good checksum.</summary>
    [Theory]
    [MemberData(nameof(WrongSizes))]
    public void AnImpossibleSizeIsRefusedAlthoughTheChecksumIsRight(string name)
    {
        var architecture = (FlowArchitecture)typeof(FakeArchitectures).GetProperty(name)!.GetValue(null)!;
        var file = new FlowFile(Fake.AllColumns with { SlotNames = null }, Fake.Of(architecture));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<FormatException>(() => Read(Bytes(file)));
        Assert.Contains("damaged", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static class FakeArchitectures
    {
        public static FlowArchitecture NoStates => Fake.Architecture with { States = 0 };

        public static FlowArchitecture ManyLayers => Fake.Architecture with { Layers = 1_000_000 };

        public static FlowArchitecture WideNetwork => Fake.Architecture with { HiddenUnits = 8_192 };

        public static FlowArchitecture ManyFeatures => Fake.Architecture with { Dimensions = 16_384 };

        public static FlowArchitecture UnknownMap => Fake.Architecture with { Map = (FlowMap)7 };

        public static FlowArchitecture WideEncoder => Fake.Architecture with { EncoderHiddenUnits = 8_192 };

        public static FlowArchitecture WideBase => Fake.Architecture with { BaseComponents = 257 };

        public static FlowArchitecture HeavyBase => Fake.Architecture with { BaseComponents = 256 };

        public static FlowArchitecture GaussianWithoutStates => Fake.Architecture with { States = 1, GaussianStates = true };

        public static FlowArchitecture NoTail => Fake.Architecture with { TailBound = double.NaN };
    }

    [Fact]
    public void SlotNamesMustFitTheFeatures()
    {
        var file = File with { Columns = Fake.AllColumns with { SlotNames = ["one"] } };
        Assert.Contains("1 slots of 2 features", Assert.Throws<FormatException>(() => Read(Bytes(file))).Message);
    }

    [Fact]
    public void RandomContentWithAGoodChecksumNeverDoesMoreThanThrow()
    {
        var random = new Random(4);
        var good = Bytes(File);
        for (int trial = 0; trial < 3_000; trial++)
        {
            var bytes = (byte[])good.Clone();
            int changes = random.Next(1, 6);
            for (int i = 0; i < changes; i++)
                bytes[random.Next(ContentAt, bytes.Length)] = (byte)random.Next(256);
            SHA256.HashData(bytes.AsSpan(ContentAt)).CopyTo(bytes.AsSpan(HashAt));
            try
            {
                Read(bytes);
            }
            catch (FormatException)
            {
            }
        }
    }
}
