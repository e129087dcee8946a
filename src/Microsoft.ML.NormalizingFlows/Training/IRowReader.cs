namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>One pass over the rows of an <see cref="IRowSource"/>.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>Reads the next row into <paramref name="row"/>, D values; false at the end.</summary>
    bool Read(Span<float> row);
}
