namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>What a column that is read is for, as messages name it.</summary>
/// <param name="Name">Such as <c>feature</c>.</param>
/// <param name="Option">The option that names the column.</param>
/// <param name="TakesKeys">Whether it may be a key, which is read as a one-hot vector.</param>
internal sealed record ColumnRole(string Name, string Option, bool TakesKeys)
{
    /// <summary>The rows whose density is learned.</summary>
    public static ColumnRole Feature { get; } = new("feature", "FeatureColumnName", TakesKeys: false);

    /// <summary>Coordinates of a continuous latent that rows are drawn for.</summary>
    public static ColumnRole Latent { get; } = new("latent", "latentColumnName", TakesKeys: false);

    /// <summary>What their density is given.</summary>
    public static ColumnRole Context { get; } = new("context", "ContextColumnName", TakesKeys: true);
}
