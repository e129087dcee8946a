namespace Microsoft.ML.NormalizingFlows.Tests.Processes;

/// <summary>What a fresh process makes of a saved model and rows.</summary>
internal static class OtherProcess
{
    /// <summary>Runs a task that takes the files of a model, of rows and of its output.</summary>
    /// <returns>The output.</returns>
    public static byte[] Output(Action<string[]> task, MLContext ml, ITransformer model, DataViewSchema schema, float[][] rows)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string saved = Path.Combine(folder, "model.zip"), read = Path.Combine(folder, "rows"), output = Path.Combine(folder, "output");
            ml.Model.Save(model, schema, saved);
            FeatureRow.Write(read, rows);
            ChildProcess.Run(task, saved, read, output);
            return File.ReadAllBytes(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The rows as the loaded model, the first two of the files that a task is given, transforms them.</summary>
    public static IDataView Transformed(string[] arguments)
    {
        var ml = new MLContext();
        return ml.Model.Load(arguments[0], out _).Transform(ml.Data.LoadFromEnumerable(FeatureRow.Read(arguments[1])));
    }
}
