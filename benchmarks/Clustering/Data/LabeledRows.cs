namespace Clustering.Data;

/// <summary>Rows and the group that each is known to belong to; a clustering does not see the groups.</summary>
internal sealed record LabeledRows(string Name, float[][] Rows, int[] Labels)
{
    /// <summary>The number of groups.</summary>
    public int Groups => Labels.Max() + 1;
}
