using Benchmarks.Shared;

namespace Clustering.Data;

/// <summary>The data sets by name; those of files are the same for every seed.</summary>
internal static class DataSets
{
    public static IReadOnlyList<string> Names { get; } = ["moons", "rings", "pinwheel", "penguins", "pendigits", "beijing"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Draws the rows of a shape.</param>
    /// <param name="folder">The folder of the files; null is that beside the repository.</param>
    /// <exception cref="ArgumentException">There is no such data set.</exception>
    public static LabeledRows Load(string name, int seed, string? folder)
    {
        string File(string file) => Path.Combine(folder ?? RepositoryData.Folder("tabular"), file);
        return name switch
        {
            "moons" => Shapes.Moons(seed),
            "rings" => Shapes.Rings(seed),
            "pinwheel" => Shapes.Pinwheel(seed),
            "penguins" => LabeledFile.Read(name, File("penguins.csv"), "species", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"),
            "pendigits" => LabeledFile.Read(name, File("pendigits.csv"), "class"),
            "beijing" => LabeledFile.Read(name, File("beijing_pm25.csv"), "cbwd", "DEWP", "TEMP", "PRES", "Iws", "pm2.5"),
            _ => throw new ArgumentException($"There is no data set '{name}'; known: {string.Join(", ", Names)}."),
        };
    }
}
