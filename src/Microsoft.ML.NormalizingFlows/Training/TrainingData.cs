using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// What one pass over the training rows and one over the held-out rows find out before training starts: that every value
/// is finite, how many rows there are, shift and scale of each feature, whether it has a density, and the rows themselves as far as they fit.
/// </summary>
internal sealed class TrainingData
{
    /// <summary>With fewer rows than this and no validation rows given, all are trained on and none held out.</summary>
    public const int MinimumRowsToSplit = 20;

    /// <summary>Values kept in memory at most, 1 GiB of them.</summary>
    private const int MaximumResidentValues = 1 << 28;

    /// <summary>The least positive normal Single.</summary>
    private const double MinimumDeviation = 1.17549435e-38;

    private TrainingData(IRowSource rows, RowTable resident, RunningMoments moments)
    {
        Rows = rows;
        Resident = resident;
        Count = moments.Count;
        Scale = new FeatureScale(moments, rows.Dimensions - rows.Context, rows.Context);
        Validation = resident;
    }

    /// <summary>The rows to train on.</summary>
    public IRowSource Rows { get; }

    /// <summary>The number of rows to train on.</summary>
    public long Count { get; }

    /// <summary>All rows to train on, or a uniform sample of them where they are more than may stay in memory.</summary>
    public RowTable Resident { get; }

    /// <summary>Whether <see cref="Resident"/> holds every row to train on.</summary>
    public bool IsResident => Resident.Count == Count;

    /// <summary>The held-out rows; the rows trained on where none are held out.</summary>
    public RowTable Validation { get; private set; }

    /// <summary>Whether <see cref="Validation"/> is apart from the rows trained on.</summary>
    public bool HasHeldOut => !ReferenceEquals(Validation, Resident);

    public FeatureScale Scale { get; }

    /// <summary>Features on which a density would grow without bound.</summary>
    public IReadOnlyList<DegenerateFeature> Degenerate { get; private set; } = [];

    /// <summary>The features of up to <paramref name="most"/> training rows in random order, in units of standard deviations, constant features filled with their noise.</summary>
    public RowTable StandardizedSample(int most, RandomStream random)
    {
        var order = Enumerable.Range(0, Resident.Count).ToArray();
        random.Shuffle(order.AsSpan());
        var sample = new RowTable(Scale.Dimensions);
        var row = new float[sample.Dimensions];
        foreach (int index in order.Take(most))
        {
            Resident[index][..row.Length].CopyTo(row);
            Scale.FillConstant(row, random);
            Scale.Standardize(row, row);
            sample.Add(row);
        }
        return sample;
    }

    /// <summary>Up to <paramref name="most"/> of the held-out rows, drawn; all of them where they are no more.</summary>
    public RowTable HeldOutSample(long most, RandomStream random)
    {
        if (Validation.Count <= most)
            return Validation;
        var order = Enumerable.Range(0, Validation.Count).ToArray();
        random.Shuffle(order.AsSpan());
        var sample = new RowTable(Validation.Dimensions);
        foreach (int index in order.AsSpan(0, (int)most))
            sample.Add(Validation[index]);
        return sample;
    }

    /// <exception cref="InvalidOperationException">A value is not finite, or there are fewer than two rows.</exception>
    public static TrainingData Read(IRowSource training, IRowSource? validation, TrainingSettings settings, ulong seed)
    {
        IRowSource rows = new FiniteRows(training, settings.NonFiniteRows);
        IRowSource? heldOut = validation is null ? null : new FiniteRows(validation, settings.NonFiniteRows);
        if (validation is null && CountUpTo(MinimumRowsToSplit, rows) == MinimumRowsToSplit)
        {
            heldOut = new SplitRows(rows, settings.ValidationFraction, seed, heldOut: true);
            rows = new SplitRows(rows, settings.ValidationFraction, seed, heldOut: false);
        }
        int capacity = Math.Min(settings.ShuffleRows, MaximumResidentValues / training.Dimensions);
        var data = ReadTraining(rows, capacity, seed);
        if (heldOut is not null)
        {
            var table = ReadSample(heldOut, capacity, RandomStream.For(seed, "validation sample"), null);
            if (table.Count > 0)
                data.Validation = table;
            else if (validation is not null)
                throw new InvalidOperationException("The validation data have no rows to validate on: give rows or leave validation out.");
        }
        data.FillConstantFeatures(seed);
        if (settings.Noise == 0)
            data.Degenerate = DegenerateFeatures.Find(data.Resident, data.Scale, training.Origin);
        return data;
    }

    private static TrainingData ReadTraining(IRowSource rows, int capacity, ulong seed)
    {
        var moments = new RunningMoments(rows.Dimensions);
        var resident = ReadSample(rows, capacity, RandomStream.For(seed, "resident sample"), moments);
        if (moments.Count < 2)
        {
            throw new InvalidOperationException(
                $"The training data have {moments.Count} usable row(s): a density needs at least 2, and some hundreds to be any good.");
        }
        for (int slot = 0; slot < rows.Dimensions; slot++)
        {
            if (moments.StandardDeviation(slot) is > 0 and < MinimumDeviation and var deviation)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"{rows.SlotName(slot)} varies by {deviation:E1} alone, less than Single can hold (1.2E-38): multiply the feature by a power of ten."));
            }
        }
        return new TrainingData(rows, resident, moments);
    }

    /// <summary>All rows where they are at most <paramref name="capacity"/>, else a uniform sample (Vitter's algorithm R).</summary>
    public static RowTable ReadSample(IRowSource rows, int capacity, RandomStream random, RunningMoments? moments)
    {
        var sample = new RowTable(rows.Dimensions);
        var row = new float[rows.Dimensions];
        using var reader = rows.Open();
        for (long seen = 0; reader.Read(row); seen++)
        {
            moments?.Add(row);
            if (sample.Count < capacity)
                sample.Add(row);
            else if (random.NextUniform() * (seen + 1) is var slot && slot < capacity)
                row.CopyTo(sample[(int)slot]);
        }
        return sample;
    }

    private static int CountUpTo(int limit, IRowSource rows)
    {
        var row = new float[rows.Dimensions];
        using var reader = rows.Open();
        int count = 0;
        while (count < limit && reader.Read(row))
            count++;
        return count;
    }

    private void FillConstantFeatures(ulong seed)
    {
        var random = RandomStream.For(seed, "constant features of validation");
        for (int i = 0; HasHeldOut && Scale.Constant.Count > 0 && i < Validation.Count; i++)
            Scale.FillConstant(Validation[i], random);
    }
}
