namespace Density.Data;

/// <summary>Where files are looked for, and what is said where one is missing or damaged.</summary>
/// <param name="Root">The folder of all data sets.</param>
/// <param name="Folder">The folder of one data set, where it does not lie in the root.</param>
internal sealed record DataPlace(string Root, string? Folder)
{
    /// <summary>The path of a file of a data set, which must be there.</summary>
    /// <param name="set">The subfolder of the root, which <see cref="Folder"/> replaces.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="source">Where to get it, the end of the sentence.</param>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    public string Find(string set, string file, string source)
    {
        string path = Path.Combine(Folder ?? Path.Combine(Root, set), file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no {path}: {source}.");
    }

    /// <summary>Reads a file; whatever goes wrong names the file.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another format.</exception>
    public static T Read<T>(string path, Func<string, T> reader)
    {
        try
        {
            return reader(path);
        }
        catch (Exception problem) when (problem is not (OperationCanceledException or OutOfMemoryException or FileNotFoundException))
        {
            string reason = problem.Message.Replace('\n', ' ');
            throw new InvalidDataException(reason.Contains(path) ? reason : $"{path} is damaged or of another format: {reason}", problem);
        }
    }
}
