namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>Options by the name that a user writes, such as <c>Flow.Latent.States</c>.</summary>
internal static class OptionPath
{
    public static void Set(object options, string path, object? value)
    {
        string[] names = path.Split('.');
        foreach (string name in names[..^1])
            options = options.GetType().GetProperty(name)!.GetValue(options)!;
        options.GetType().GetProperty(names[^1])!.SetValue(options, value);
    }
}
