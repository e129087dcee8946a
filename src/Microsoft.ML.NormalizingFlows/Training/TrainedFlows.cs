using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Flows that the processes of a group have trained apart, flow i in process i modulo their number. Each hands its own to the others in a sum to which
/// these add zeros: of bytes as numbers, so that it is exact.
/// </summary>
internal static class TrainedFlows
{
    /// <summary>The flows of all processes, in their order, the same in each; null for a training that its process left out.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="own">Those that this one has trained, in their order.</param>
    /// <param name="count">How many there are in all.</param>
    public static FlowModel?[] OfAll(TrainingGroup group, IReadOnlyList<FlowModel?> own, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Exchange(group, i % group.Size == group.Rank ? own[i / group.Size] : null))];

    private static FlowModel? Exchange(TrainingGroup group, FlowModel? own)
    {
        byte[] bytes = own is null ? [] : Write(own);
        var sums = new float[(int)group.Sum((double)bytes.Length)];
        for (int i = 0; i < bytes.Length; i++)
            sums[i] = bytes[i];
        group.Sum(sums);
        return sums.Length == 0 ? null : Read(Array.ConvertAll(sums, value => (byte)value));
    }

    private static byte[] Write(FlowModel flow)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        TensorArchive.Write(writer, new Description(flow.Members[0].Spec, flow.Report), flow.Members[0].Arrays);
        return stream.ToArray();
    }

    private static FlowModel Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var (description, arrays) = TensorArchive.Read<Description>(reader);
        return new FlowModel(description.Spec, arrays, description.Report);
    }

    private sealed record Description(FlowSpec Spec, TrainingReport Report);
}
