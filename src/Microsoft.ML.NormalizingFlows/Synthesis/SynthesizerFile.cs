using Microsoft.ML.NormalizingFlows.Density;
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
        FlowColumns.CheckNames(name);
        var codec = TableCodec.Read(reader);
        var (network, arrays) = TensorArchive.Read<NetworkSpec>(reader, (network, found) => CheckSize(codec.Shape, network, found));
        var shape = codec.Shape with { HiddenUnits = network.HiddenUnits, Blocks = network.Blocks };
        CellBound.Check(shape, arrays);
        return new SynthesizerFile(name, codec, new CellModel(shape, arrays));
    }

    // The network is as large as what is there, before room is made for anything of it.
    private static void CheckSize(CellShape shape, NetworkSpec network, IReadOnlyList<TensorArchive.Entry> found)
    {
        Ranges.Integer(nameof(Options.HiddenUnits), network.HiddenUnits, 1, Options.MaximumHiddenUnits);
        Ranges.Integer(nameof(Options.Blocks), network.Blocks, 0, Options.MaximumBlocks);
        long cells = shape.Sizes.Sum(size => (long)size), hidden = network.HiddenUnits;
        long needed = hidden * (cells + 1) + 2 * network.Blocks * hidden * (hidden + 1) + cells * (hidden + 1);
        long values = found.Sum(entry => entry.CheckedLength());
        if (values != needed)
            throw new InvalidDataException($"its {values} values are not the {needed} of a network over the {shape.Sizes.Length} digits of its columns");
    }
}
