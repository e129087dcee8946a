namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Holds the folder of checkpoints for one training: two would resume from, and remove, each other's.</summary>
internal sealed class CheckpointLock : IDisposable
{
    private const string FileName = "training.lock";

    private readonly FileStream? _file;

    /// <param name="folder">The folder, or null for no checkpoints.</param>
    /// <exception cref="InvalidOperationException">Another training holds the folder.</exception>
    public CheckpointLock(string? folder)
    {
        if (folder is null)
            return;
        Directory.CreateDirectory(folder);
        try
        {
            // Gone with the process, however it ends, and nobody's once it is closed.
            _file = new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error)
        {
            throw new InvalidOperationException(
                $"The checkpoints in '{folder}' belong to another training that runs ({error.Message.TrimEnd('.')}): wait for it to end, or choose another Training.CheckpointFolder.", error);
        }
    }

    public void Dispose() => _file?.Dispose();
}
