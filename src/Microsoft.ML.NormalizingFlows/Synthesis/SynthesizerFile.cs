using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Options = Microsoft.ML.NormalizingFlows.SynthesizerOptions;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>All that is saved of a synthesizer: the name of its column, how rows become cells, and what was learned of the cells.</summary>
internal sealed record SynthesizerFile(string LogDensityColumnName, TableCodec Codec, CellModel Model)
{
    private static readonly SealedContent s_frame = new(mark: 0x4E595354, version: 1, "a synthesizer"); // "TSYN"

    public void Write(BinaryWriter writer) => s_frame.Write(writer, WriteContent);

    /// <exception cref="FormatException">The data are not a synthesizer, are damaged, or come from a newer version.</exception>
    public static SynthesizerFile Read(BinaryReader reader) => s_frame.Read(reader, (content, _) => ReadContent(content));

    private void WriteContent(BinaryWriter writer)
    {
        writer.Write(LogDensityColumnName);
        Codec.Write(writer);
        TensorArchive.Write(writer, new NetworkSpec(Model.Shape.HiddenUnits, Model.Shape.Blocks), Model.Arrays);
    }

    private static SynthesizerFile ReadContent(BinaryReader reader)
    {
        string name = reader.ReadString();
        var codec = TableCodec.Read(reader);
        var (network, arrays) = TensorArchive.Read<NetworkSpec>(reader);
        var shape = codec.Shape with { HiddenUnits = network.HiddenUnits, Blocks = network.Blocks };
        Ranges.Integer(nameof(Options.HiddenUnits), shape.HiddenUnits, 1, Options.MaximumHiddenUnits);
        Ranges.Integer(nameof(Options.Blocks), shape.Blocks, 0, Options.MaximumBlocks);
        // The network is as large as what was read, before there is room made for it.
        long values = arrays.Sum(array => (long)array.Values.Length), least = 2L * shape.HiddenUnits * shape.Sizes.Sum(size => (long)size);
        if (values < least)
            throw new InvalidDataException($"its {values} values are too few for the {shape.Sizes.Length} digits of its columns");
        return new SynthesizerFile(name, codec, new CellModel(shape, arrays));
    }
}
