namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>Writes a picture or a page; what prevents it is said in one sentence.</summary>
internal static class PictureFile
{
    /// <param name="path">Where to.</param>
    /// <param name="content">Made only where it can be written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Func<byte[]> content)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full) ?? full;
        if (Directory.Exists(full))
            throw new IOException($"'{path}' is a folder: name a file in it.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist: create it, or choose another place for '{Path.GetFileName(full)}'.");
        byte[] bytes = content();
        try
        {
            File.WriteAllBytes(full, bytes);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new IOException($"'{path}' cannot be written, since the system denies it: choose another folder, or ask for the right to write there.", problem);
        }
    }
}
