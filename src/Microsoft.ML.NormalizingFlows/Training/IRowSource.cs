namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Training rows that can be read as often as needed, the same rows in the same order each time.</summary>
internal interface IRowSource
{
    /// <summary>D + C, the number of values of a row.</summary>
    int Dimensions { get; }

    /// <summary>C: how many of them, the last, are what the density is given.</summary>
    int Context => 0;

    /// <summary>The name of value <paramref name="slot"/> for messages, such as <c>Features[3] 'Age'</c>.</summary>
    string SlotName(int slot);

    /// <summary>What value <paramref name="slot"/> of a row is the difference from, in the user's units: for messages.</summary>
    double Origin(int slot) => 0;

    /// <summary>Starts a pass over the rows.</summary>
    IRowReader Open();
}

/// <summary>One pass over the rows of an <see cref="IRowSource"/>.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>Reads the next row into <paramref name="row"/>, D values; false at the end.</summary>
    bool Read(Span<float> row);

    /// <summary>Steps over the next row; false at the end.</summary>
    /// <param name="room">Of D values; they may change.</param>
    bool Skip(Span<float> room) => Read(room);
}
