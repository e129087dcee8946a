using System.Text.Json;
using Density.Data.Files;

namespace Density.Runs;

/// <summary>
/// The folder of one run: <c>options.json</c> says whose it is from the start, checkpoints and curves lie in it while it trains,
/// <c>record.json</c> and <c>log-densities.npy</c> when it is done.
/// </summary>
internal sealed class RunFolder
{
    private const string RecordFile = "record.json", LogDensityFile = "log-densities.npy";

    private RunFolder(string path) => Path = path;

    public string Path { get; }

    public bool IsDone => File.Exists(System.IO.Path.Combine(Path, RecordFile));

    /// <summary>Opens or makes it.</summary>
    /// <exception cref="InvalidOperationException">It belongs to a run with other options; the message says which.</exception>
    public static RunFolder Open(string path, SortedDictionary<string, string> settings)
    {
        string file = System.IO.Path.Combine(path, "options.json");
        if (File.Exists(file))
        {
            var there = JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(file))!;
            string[] differences = [.. there.Keys.Union(settings.Keys)
                .Where(name => there.GetValueOrDefault(name) != settings.GetValueOrDefault(name))
                .Select(name => $"{name} is {there.GetValueOrDefault(name, "not set")} there and {settings.GetValueOrDefault(name, "not set")} here")];
            if (differences.Length > 0)
            {
                throw new InvalidOperationException(
                    $"{path} belongs to a run with other options: {string.Join("; ", differences)}. Delete it, or name another folder by --run or --out.");
            }
        }
        else
        {
            Directory.CreateDirectory(path);
            RunFiles.Replace(file, JsonSerializer.Serialize(settings, RunFiles.Json));
        }
        return new RunFolder(path);
    }

    public void Write(RunRecord record, double[] logDensities)
    {
        NpyVector.Write(System.IO.Path.Combine(Path, LogDensityFile), logDensities);
        RunFiles.Replace(System.IO.Path.Combine(Path, RecordFile), JsonSerializer.Serialize(record, RunFiles.Json));
    }

    /// <summary>The records of all runs below a folder that are done, with the log-densities of their test rows.</summary>
    /// <exception cref="InvalidDataException">A record is damaged; the message names the file.</exception>
    public static List<FinishedRun> ReadAll(string folder)
    {
        var runs = new List<FinishedRun>();
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, RecordFile, SearchOption.AllDirectories) : [];
        foreach (string file in files.Order())
        {
            try
            {
                var record = JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(file), RunFiles.Json)!;
                runs.Add(new FinishedRun(record, NpyVector.Read(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, LogDensityFile))));
            }
            catch (JsonException problem)
            {
                throw new InvalidDataException($"{file} is no record of this program ({problem.Message.Split('.')[0]}): delete its folder and run it again.", problem);
            }
        }
        return runs;
    }
}
