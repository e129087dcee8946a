using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>Copies what the current image is given, C values as the flow takes them; false where one is missing.</summary>
internal delegate bool ReadGiven(Span<float> values);

/// <summary>What is known of the column that the density of images is given; saved with the model.</summary>
/// <param name="Column">Its name and form.</param>
/// <param name="Mean">What is taken from each value; 0 of a key.</param>
/// <param name="Deviation">What it is then divided by; 1 of a key.</param>
/// <param name="IsSeen">Whether there were training images of each value of a key; true of numbers.</param>
internal sealed record GivenColumn(ContextColumn Column, IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, IReadOnlyList<bool> IsSeen)
{
    public int Size => Column.Size;

    /// <summary>From the values of the training images, as they were read.</summary>
    public static GivenColumn Of(RowColumn column, IReadOnlyList<float[]> values)
    {
        int size = column.Size;
        float[] mean = new float[size], deviation = new float[size];
        var seen = new bool[size];
        bool isKey = column.Column.Type is KeyDataViewType;
        for (int i = 0; i < size; i++)
        {
            double sum = values.Sum(row => (double)row[i]), average = sum / values.Count;
            double variance = values.Sum(row => (row[i] - average) * (row[i] - average)) / values.Count;
            seen[i] = !isKey || sum > 0;
            mean[i] = isKey ? 0 : (float)average;
            deviation[i] = isKey || (float)Math.Sqrt(variance) is not > 0 ? 1 : (float)Math.Sqrt(variance);
        }
        return new GivenColumn(ContextColumn.Of(column), mean, deviation, seen);
    }

    /// <summary>Reads the column of a table.</summary>
    public ReadGiven Reader(RowColumn column, DataViewRow row)
    {
        var read = column.Reader(row);
        return values =>
        {
            read(values);
            if (FiniteRows.FirstNonFinite(values) >= 0)
                return false;
            CheckSeen(values, row.Position);
            Standardize(values);
            return true;
        };
    }

    /// <summary>As the flow takes it.</summary>
    public void Standardize(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (values[i] - Mean[i]) / Deviation[i];
    }

    /// <summary>Checks a column that a file claims.</summary>
    /// <exception cref="InvalidDataException">It is impossible.</exception>
    public void Check(int size)
    {
        Column.Check();
        if (Column.Size != size || Mean.Count != size || Deviation.Count != size || IsSeen.Count != size)
            throw new InvalidDataException($"its context has {Column.Size} values, its flow {size}");
        if (!Mean.All(float.IsFinite) || !Deviation.All(value => value > 0 && float.IsFinite(value)))
            throw new InvalidDataException("the scale of its context is no scale");
    }

    private void CheckSeen(ReadOnlySpan<float> values, long row)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0 && !IsSeen[i])
            {
                string label = Column.SlotNames is { } names ? $"'{names[i]}'" : FormattableString.Invariant($"{i + 1}");
                throw new InvalidOperationException($"Row {row} (counted from 0) has the label {label} in '{Column.Name}', of which there was no training image: leave the row out, or train with images of it.");
            }
        }
    }
}
