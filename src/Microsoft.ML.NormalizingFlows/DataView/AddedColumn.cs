using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A column that is added to a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Annotations">What is said of it.</param>
internal record AddedColumn(string Name, DataViewType Type, DataViewSchema.Annotations? Annotations);
