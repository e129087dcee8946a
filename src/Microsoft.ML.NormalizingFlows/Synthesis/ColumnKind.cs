namespace Microsoft.ML.NormalizingFlows;

/// <summary>What the values of a column mean to a synthesizer.</summary>
/// <example><code>options.Columns["zip"] = new SynthesizerColumnOptions { Kind = ColumnKind.Category };</code></example>
public enum ColumnKind
{
    /// <summary>By the type: numbers and dates have an order; Booleans, texts and keys are categories. The default.</summary>
    Detected,

    /// <summary>Numbers or dates, which have an order: values between those of the training rows are drawn as well.</summary>
    Number,

    /// <summary>Numbers that are rounded to whole ones, those of the training rows too.</summary>
    WholeNumber,

    /// <summary>Names without an order, even where they are numbers or dates: no value is drawn but those of the training rows.</summary>
    Category,

    /// <summary>Dates that are written as whole numbers, yyyymmdd, such as 20240229: days have an order, and no other number is drawn.</summary>
    Date,
}
