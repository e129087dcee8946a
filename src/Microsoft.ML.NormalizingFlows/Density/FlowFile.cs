using System.Globalization;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// All that is saved of a transformer: its columns and its flow. The file holds the description of each member (<see cref="FlowSpec"/>) as JSON
/// beside the block of their parameters (<see cref="TensorArchive"/>), checksummed (<see cref="SealedContent"/>).
/// </summary>
internal sealed record FlowFile(FlowColumns Columns, FlowModel Model)
{
    private static readonly SealedContent s_frame = new(mark: 0x4C46564E, version: 1, "a normalizing variational flow"); // "NVFL"

    public void Write(BinaryWriter writer) => s_frame.Write(writer, content => TensorArchive.Write(
        content,
        new Description(Columns, Model.Report, Model.Constants, [.. Model.Members.Select(member => member.Spec)]) { Weights = [.. Model.Members.Select(member => member.Weight)] },
        [.. Model.Members.SelectMany((member, m) => NamedArrays.Under(PartOf(m), member.Arrays))]));

    /// <exception cref="FormatException">The data are not a model, are damaged, or come from a newer version.</exception>
    public static FlowFile Read(BinaryReader reader) => s_frame.Read(reader, (content, _) =>
    {
        var (description, tensors) = TensorArchive.Read<Description>(content, Check);
        FlowMember[] members = [.. description.Members.Select((spec, m) => new FlowMember(spec, NamedArrays.Of(PartOf(m), tensors)) { Weight = description.Weights?[m] ?? 1 })];
        foreach (var scale in members.Select(member => member.Arrays.First(array => array.Name == ParameterNames.Scale)))
        {
            if (!scale.Values.All(value => value > 0 && float.IsNormal(value)))
                throw new InvalidDataException("a scale of a feature is not above 0");
        }
        return new FlowFile(description.Columns, new FlowModel(members, description.Report) { Constants = description.Constants });
    });

    // What it claims to be is held against what is there, before anything of that size is made.
    private static void Check(Description description, IReadOnlyList<TensorArchive.Entry> tensors)
    {
        Ranges.Integer("The number of flows", description.Members.Count, 1, FlowLimits.Members);
        foreach (var spec in description.Members)
            spec.Validate();
        if (description.Weights is { } weights && (weights.Count != description.Members.Count || !weights.All(weight => weight > 0 && double.IsFinite(weight))))
            throw new InvalidDataException("it has no weight above 0 for each flow");
        int dimensions = description.Members[0].Dimensions;
        if (description.Members.Any(spec => spec.Dimensions != dimensions || spec.Context != description.Members[0].Context || spec.Latent.Dimensions != description.Members[0].Latent.Dimensions))
            throw new InvalidDataException("its flows are over different numbers of features");
        var expected = description.Members.SelectMany((spec, m) => spec.Parameters().Select(parameter => (Name: $"{PartOf(m)}/{parameter.Name}", parameter.Shape)));
        var found = tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        foreach (var (name, shape) in expected)
        {
            if (!found.Remove(name, out long[]? actual) || !actual.AsSpan().SequenceEqual(shape))
                throw new InvalidDataException($"array '{name}' of shape ({string.Join(", ", shape)}) is missing");
        }
        if (found.Count > 0)
            throw new InvalidDataException($"nothing has an array '{found.Keys.First()}'");
        description.Columns.Check(description.Members[0].Shape);
        if (description.Constants.Any(constant => constant.Feature < 0 || constant.Feature >= dimensions || !float.IsFinite(constant.Value)))
            throw new InvalidDataException($"a constant is none of {dimensions} features");
    }

    // What the names of a member's parameters stand under in the file.
    private static string PartOf(int member) => member.ToString(CultureInfo.InvariantCulture);

    private sealed record Description(FlowColumns Columns, TrainingReport Report, IReadOnlyList<ConstantFeature> Constants, IReadOnlyList<FlowSpec> Members)
    {
        // Of each member; null in files from before there were any.
        public IReadOnlyList<double>? Weights { get; init; }
    }
}
