namespace Microsoft.ML.NormalizingFlows.Persistence;

/// <summary>The binary form of a <see cref="FlowFile"/>: its content (<see cref="ModelFileContent"/>) in a <see cref="SealedContent"/>.</summary>
internal static class ModelFile
{
    private static readonly SealedContent s_frame = new(mark: 0x4C46564E, version: 4, "a normalizing variational flow"); // "NVFL"

    public static void Write(BinaryWriter writer, FlowFile file) =>
        s_frame.Write(writer, content => ModelFileContent.Write(content, file));

    /// <exception cref="FormatException">The data are not a model, are damaged, or come from a newer version.</exception>
    public static FlowFile Read(BinaryReader reader) => s_frame.Read(reader, ModelFileContent.Read);
}
