using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML;

/// <summary>Plain arrays and data frames as tables, and tables with plain columns.</summary>
public static class NormalizingFlowsDataCatalog
{
    /// <summary>A table with one vector column of known size.</summary>
    /// <param name="catalog">The catalog of data.</param>
    /// <param name="rows">One array a row, all of the same length, 1 or more; they are not copied, and must not change while the table is used.</param>
    /// <param name="columnName">The name of the column.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentException">There are no rows, a row is empty or of another length than the first, or the name is empty.</exception>
    /// <example>
    /// <code>
    /// float[][] rows = [[1.5f, 2], [1.4f, 2.2f], [9, 7]];
    /// IDataView table = ml.Data.LoadFromArray(rows);
    /// using var model = ml.Transforms.NormalizingVariationalFlow("Features").Fit(table);
    /// float[] logDensities = [.. model.Transform(table).GetColumn&lt;float&gt;("LogDensity")];
    /// </code>
    /// </example>
    public static IDataView LoadFromArray(this DataOperationsCatalog catalog, float[][] rows, string columnName = "Features")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(rows);
        if (string.IsNullOrWhiteSpace(columnName))
            throw new ArgumentException("columnName is empty: name the column.", nameof(columnName));
        if (rows.Length == 0)
            throw new ArgumentException("There are no rows, so that the number of columns is not known: give one row or more.", nameof(rows));
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] is not { Length: > 0 } row)
                throw new ArgumentException($"Row {i} (counted from 0) is empty: every row needs the same number of values, 1 or more.", nameof(rows));
            if (row.Length != rows[0].Length)
                throw new ArgumentException($"Row {i} (counted from 0) has {row.Length} values, but the first has {rows[0].Length}: give each row the same number.", nameof(rows));
        }
        var definition = SchemaDefinition.Create(typeof(ArrayRow));
        var column = definition[nameof(ArrayRow.Values)];
        column.ColumnName = columnName;
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
        return catalog.LoadFromEnumerable(Array.ConvertAll(rows, row => new ArrayRow { Values = row }), definition);
    }

    /// <summary>A table with one vector column of known size.</summary>
    /// <param name="catalog">The catalog of data.</param>
    /// <param name="values">The rows one behind the other; they are copied.</param>
    /// <param name="columns">The number of values of a row, 1 or more.</param>
    /// <param name="columnName">The name of the column.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentException">There are no rows, the values do not fill the last one, or the name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row has no columns.</exception>
    public static IDataView LoadFromArray(this DataOperationsCatalog catalog, ReadOnlySpan<float> values, int columns, string columnName = "Features")
    {
        NormalizingFlows.Model.Ranges.Integer(nameof(columns), columns, 1);
        if (values.Length % columns != 0)
            throw new ArgumentException($"{values.Length} values are no rows of {columns}: give whole rows.", nameof(values));
        var rows = new float[values.Length / columns][];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = values.Slice(i * columns, columns).ToArray();
        return catalog.LoadFromArray(rows, columnName);
    }

    /// <summary>
    /// A DataFrame whose nulls are missing values also for ML.NET, which reads the null of a whole number as 0, of a Boolean as false, of a date as
    /// 0001-01-01: begin with it where transforms of ML.NET stand in front. What this package is given as a DataFrame it reads so by itself.
    /// </summary>
    /// <param name="catalog">The catalog of data.</param>
    /// <param name="frame">A <c>Microsoft.Data.Analysis.DataFrame</c>; it is not copied, but where its nulls are is found now.</param>
    /// <returns>
    /// The table. A column of whole numbers with nulls is one of Double, NaN where they are; of dates with nulls too, in days as
    /// <see cref="DateTime.FromOADate"/> takes them; of Booleans with nulls one of text, <c>True</c>, <c>False</c> or empty; of whole numbers with nulls and some beyond 2^53, which
    /// would lose digits, one of text too. Other columns are as they were.
    /// </returns>
    /// <exception cref="ArgumentException">It is no DataFrame.</exception>
    /// <example>
    /// <code>
    /// IDataView table = ml.Data.LoadFromDataFrame(frame);
    /// IDataView rows = ml.Data.Synthesizer().Fit(table).Sample(1_000);       // with missing values
    /// </code>
    /// </example>
    public static IDataView LoadFromDataFrame(this DataOperationsCatalog catalog, IDataView frame)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(frame);
        return FrameNulls.Of(frame) is { } nulls
            ? new FrameView(frame, nulls)
            : throw new ArgumentException($"A {frame.GetType().Name} is no DataFrame: other tables say themselves what is missing.", nameof(frame));
    }

    /// <summary>
    /// A table whose columns are all scalars that are no keys, as data frames, CSV files and databases take them: <c>ToDataFrame</c> of a table with keys
    /// throws.
    /// </summary>
    /// <param name="view">A table, such as one that a transformer of this package has added columns to.</param>
    /// <returns>
    /// The table, read from <paramref name="view"/> while it is read. A key becomes the text that it stands for, empty where it is missing, or, where it
    /// stands for no text, its number, 0 where it is missing. A vector becomes a column for each slot, <c>LatentProbabilities.State0</c>, named by its
    /// slot, or else by its number from 0. Other columns are as they were; hidden ones are left out.
    /// </returns>
    /// <exception cref="ArgumentException">A column is a vector of unknown size.</exception>
    /// <example>
    /// <code>
    /// DataFrame frame = model.Transform(table).ToPlainColumns().ToDataFrame();     // LatentCluster as text, LatentProbabilities.State0, ...
    /// </code>
    /// </example>
    public static IDataView ToPlainColumns(this IDataView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return new PlainView(view);
    }

    private sealed class ArrayRow
    {
        public float[] Values { get; set; } = [];
    }
}
