using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// All that is saved of a transformer of images: its columns, and the description of its flow (<see cref="ImageSpec"/>) as JSON beside the block of its arrays
/// (<see cref="TensorArchive"/>), checksummed (<see cref="SealedContent"/>).
/// </summary>
internal sealed record ImageFile(ImageColumns Columns, ImageSpec Spec, IReadOnlyList<NamedArray> Arrays, TrainingReport Report)
{
    private static readonly SealedContent s_frame = new(mark: 0x4D49564E, version: 1, "a flow of images"); // "NVIM"

    public void Write(BinaryWriter writer) => s_frame.Write(writer, content => TensorArchive.Write(content, new Description(Columns, Spec, Report), Arrays));

    /// <exception cref="FormatException">The data are not a model, are damaged, or come from a newer version.</exception>
    public static ImageFile Read(BinaryReader reader) => s_frame.Read(reader, (content, _) =>
    {
        var (description, tensors) = TensorArchive.Read<Description>(content, Check);
        return new ImageFile(description.Columns, description.Spec, tensors, description.Report);
    });

    // What it claims to be is held against what is there, before anything of that size is made.
    private static void Check(Description description, IReadOnlyList<TensorArchive.Entry> tensors)
    {
        description.Spec.Validate();
        description.Columns.Check(description.Spec);
        var found = tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        foreach (var parameter in description.Spec.Parameters())
        {
            if (!found.Remove(parameter.Name, out long[]? shape) || !shape.AsSpan().SequenceEqual(parameter.Shape))
                throw new InvalidDataException($"array '{parameter.Name}' of shape ({string.Join(", ", parameter.Shape)}) is missing");
        }
        if (found.Count > 0)
            throw new InvalidDataException($"nothing has an array '{found.Keys.First()}'");
    }

    private sealed record Description(ImageColumns Columns, ImageSpec Spec, TrainingReport Report);
}
