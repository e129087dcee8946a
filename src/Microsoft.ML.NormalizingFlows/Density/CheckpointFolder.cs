namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Finds out before training, not after the first epoch, that checkpoints cannot be written.</summary>
internal static class CheckpointFolder
{
    private const string Name = "Training." + nameof(TrainingOptions.CheckpointFolder);

    /// <exception cref="ArgumentException">The folder cannot be made or written to.</exception>
    public static void Check(string? folder)
    {
        if (folder is null)
            return;
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, Path.GetRandomFileName());
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ArgumentException(
                $"{Name} is '{folder}', where no file can be written ({error.Message.TrimEnd('.')}): choose a folder that can.",
                Name, error);
        }
    }
}
