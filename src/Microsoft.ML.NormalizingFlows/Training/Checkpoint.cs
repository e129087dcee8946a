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

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3_650);

    private static readonly SealedContent s_frame = new(mark: 0x5043564E, version: 1, "a checkpoint"); // "NVCP"

    /// <summary>Replaces the checkpoint in <paramref name="folder"/>; a kill at any moment leaves the old one or the new one.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName), temporary = path + ".new";
        try
        {
            WriteFile(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What there is of it would keep a full disk full.
            File.Delete(temporary);
            throw new IOException(
                $"The checkpoint '{path}' cannot be written ({error.Message.TrimEnd('.')}): make room, or choose another Training.CheckpointFolder.", error);
        }
    }

    private void WriteFile(string path)
    {
        using (var stream = File.Create(path))
        using (var writer = new BinaryWriter(stream))
        {
            s_frame.Write(writer, content => TensorArchive.Write(
                content,
                new Description(Fingerprint, Epoch, Step, BestEpoch, Best, Elapsed),
                [
                    .. NamedArrays.Under("weights", Weights), .. NamedArrays.Under("best", BestWeights),
                    .. NamedArrays.Under("optimizer", OptimizerState), .. NamedArrays.Under("average", Average),
                ]));
            stream.Flush(flushToDisk: true);
        }
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
            throw Damaged(folder, e);
        }
        if (found.Fingerprint != fingerprint)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{path}' belongs to other options or other training data: delete it or choose another Training.CheckpointFolder.");
        }
        return found;
    }

    /// <summary>What a checkpoint is answered with that cannot be gone on from.</summary>
    public static InvalidDataException Damaged(string folder, Exception? error = null) =>
        new($"The checkpoint '{Path.Combine(folder, FileName)}' is damaged or none of ours: delete it to train from the start.", error);

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
        bool fits = state.Epoch > 0 && state.BestEpoch >= 0 && state.BestEpoch <= state.Epoch && !double.IsNaN(state.Best.Loss)
            && state.Elapsed >= TimeSpan.Zero && state.Elapsed < s_longest;
        if (!fits)
            throw new InvalidDataException("its epochs, its loss or its time are impossible");
        return new Checkpoint(
            state.Fingerprint, state.Epoch, state.Step, state.BestEpoch, state.Best, state.Elapsed,
            NamedArrays.Of("weights", tensors), NamedArrays.Of("best", tensors), NamedArrays.Of("optimizer", tensors), NamedArrays.Of("average", tensors));
    }

    private sealed record Description(string Fingerprint, int Epoch, long Step, int BestEpoch, Validation Best, TimeSpan Elapsed);
}
