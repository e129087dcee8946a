using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using QuickStart.Toys;
using Samples.Shared;
using Samples.Shared.Toys;

namespace QuickStart;

/// <summary>Fits both flows to both toys, prints and draws the outcome, saves and reloads a model.</summary>
internal static class ToyDemo
{
    public static void Run(string figure)
    {
        CheckFolder(figure);
        var clock = Stopwatch.StartNew();
        var ml = new MLContext(seed: 1);
        Console.WriteLine("Two toys with a known density; a plain affine coupling flow and an NVF of the same size for each.");
        var fits = new List<ToyFit>();
        try
        {
            foreach (Toy toy in new Toy[] { new Ring(), new Moons() })
                fits.Add(new ToyFit(ml, toy));
            Console.WriteLine();
            ToyReport.PrintDensities(fits);
            foreach (ToyFit fit in fits)
            {
                Console.WriteLine();
                ToyReport.PrintClusters(fit);
            }
            Console.WriteLine();
            ToyFigure.Save(fits, figure);
            Console.WriteLine($"Picture: {Path.GetFullPath(figure)}");
            SaveAndReload(ml, fits[0], Path.ChangeExtension(figure, ".zip"));
        }
        finally
        {
            fits.ForEach(fit => fit.Dispose());
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Done in {clock.Elapsed.TotalSeconds:F0} s."));
    }

    private static void SaveAndReload(MLContext ml, ToyFit fit, string path)
    {
        IDataView rows = FeatureRow.View(ml, fit.HeldOutFeatures, dimensions: 2);
        ml.Model.Save(fit.Nvf.Model, rows.Schema, path);
        ITransformer reloaded = ml.Model.Load(path, out _);
        int[] before = Bits(fit.Nvf.Model), after = Bits(reloaded);
        (reloaded as IDisposable)?.Dispose();
        Console.WriteLine($"Model: {Path.GetFullPath(path)}");
        Console.WriteLine(before.AsSpan().SequenceEqual(after)
            ? $"Reloaded: the log-densities of {before.Length} rows are the same to the last bit."
            : "Reloaded: the log-densities differ. This is a bug.");

        int[] Bits(ITransformer model) =>
            [.. model.Transform(rows).GetColumn<float>("LogDensity").Select(BitConverter.SingleToInt32Bits)];
    }

    /// <summary>A path that cannot be written to is better known before a minute of training.</summary>
    private static void CheckFolder(string figure)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(figure))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder {folder} for the figure does not exist.");
    }
}
