using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The state of training after an epoch: enough to go on as if nothing had happened. Everything random in an epoch comes
/// from the seed and the epoch's number, so that no generator needs saving.
/// </summary>
/// <remarks>The fingerprint tells which options and data the training belongs to.</remarks>
internal sealed record Checkpoint(
    string Fingerprint,
    int Epoch,
    long Step,
    int BestEpoch,
    Validation Best,
    TimeSpan Elapsed,
    IReadOnlyList<NamedArray> Weights,
    IReadOnlyList<NamedArray> BestWeights,
    IReadOnlyList<NamedArray> OptimizerState,
    IReadOnlyList<NamedArray> Average)
{
    private const string FileName = "training.checkpoint";

    private static readonly SealedContent s_frame = new(mark: 0x5043564E, version: 1, "a checkpoint"); // "NVCP"

    /// <summary>Replaces the checkpoint in <paramref name="folder"/>; a kill at any moment leaves the old one or the new one.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName), temporary = path + ".new";
        using (var stream = File.Create(temporary))
        using (var writer = new BinaryWriter(stream))
        {
            s_frame.Write(writer, content => TensorArchive.Write(
                content,
                new Description(Fingerprint, Epoch, Step, BestEpoch, Best, Elapsed),
                [.. Named("weights", Weights), .. Named("best", BestWeights), .. Named("optimizer", OptimizerState), .. Named("average", Average)]));
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The checkpoint in <paramref name="folder"/>, or null where there is none.</summary>
    /// <exception cref="InvalidOperationException">It belongs to other options or data.</exception>
    /// <exception cref="InvalidDataException">It is no checkpoint, or a damaged one.</exception>
    public static Checkpoint? Find(string folder, string fingerprint)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        Checkpoint found;
        try
        {
            found = Read(path);
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException or InvalidDataException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' is damaged or none of ours: delete it to train from the start.", e);
        }
        if (found.Fingerprint != fingerprint)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{path}' belongs to other options or other training data: delete it or choose another Training.CheckpointFolder.");
        }
        return found;
    }

    /// <summary>Where the checkpoint of one of several flows lies; that of a single flow lies in the folder itself.</summary>
    public static string Folder(string folder, int flow, int flows) => flows == 1 ? folder : Path.Combine(folder, $"flow-{flow}");

    /// <summary>Removes all checkpoints of a training that is done.</summary>
    public static void Remove(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        foreach (string one in Directory.Exists(folder) ? Directory.GetDirectories(folder, "flow-*") : [])
        {
            File.Delete(Path.Combine(one, FileName));
            if (!Directory.EnumerateFileSystemEntries(one).Any())
                Directory.Delete(one);
        }
    }

    private static Checkpoint Read(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        var (state, tensors) = s_frame.Read(reader, (content, _) => TensorArchive.Read<Description>(content));
        return new Checkpoint(
            state.Fingerprint, state.Epoch, state.Step, state.BestEpoch, state.Best, state.Elapsed,
            Of("weights", tensors), Of("best", tensors), Of("optimizer", tensors), Of("average", tensors));
    }

    private static IEnumerable<NamedArray> Named(string part, IReadOnlyList<NamedArray> arrays) =>
        arrays.Select(array => array with { Name = $"{part}/{array.Name}" });

    private static IReadOnlyList<NamedArray> Of(string part, IReadOnlyList<NamedArray> arrays) =>
    [
        .. arrays.Where(array => array.Name.StartsWith(part + "/", StringComparison.Ordinal)).Select(array => array with { Name = array.Name[(part.Length + 1)..] }),
    ];

    private sealed record Description(string Fingerprint, int Epoch, long Step, int BestEpoch, Validation Best, TimeSpan Elapsed);
}
