using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>All that is saved of a synthesizer: the name of its column, how rows become cells, and what was learned of the cells.</summary>
internal sealed record SynthesizerFile(string LogDensityColumnName, TableCodec Codec, TreeModel Model)
{
    private static readonly SealedContent s_frame = new(mark: 0x4E595354, version: 2, "a synthesizer"); // "TSYN"

    public void Write(BinaryWriter writer) => s_frame.Write(writer, WriteContent);

    /// <exception cref="FormatException">The data are not a synthesizer, are damaged, or come from a newer version.</exception>
    public static SynthesizerFile Read(BinaryReader reader) => s_frame.Read(reader, ReadContent);

    private void WriteContent(BinaryWriter writer)
    {
        writer.Write(LogDensityColumnName);
        Codec.Write(writer);
        Model.Write(writer);
    }

    private static SynthesizerFile ReadContent(BinaryReader reader, int version)
    {
        string name = reader.ReadString();
        FlowColumns.CheckNames(name);
        var codec = TableCodec.Read(reader, version);
        return new SynthesizerFile(name, codec, TreeModel.Read(reader, codec.Codes));
    }
}
