using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>The columns that a transformer of images reads and writes; saved with the model.</summary>
internal sealed record ImageColumns
{
    /// <summary>The images.</summary>
    public required PixelForm Pixels { get; init; }

    /// <summary>What the density is given; null for nothing.</summary>
    public GivenColumn? Given { get; init; }

    /// <summary>Name of the output column for log p(x); null leaves it out. So are the next ones.</summary>
    public string? LogDensity { get; init; }

    public string? BitsPerDimension { get; init; }

    public string? AnomalyScore { get; init; }

    public string? PixelBits { get; init; }

    public string? LatentCodes { get; init; }

    public string? CodeBits { get; init; }

    public string? Reconstruction { get; init; }

    public string? Latent { get; init; }

    public static ImageColumns Of(ImageVariationalFlowOptions options, PixelForm pixels, GivenColumn? given) => new()
    {
        Pixels = pixels,
        Given = given,
        LogDensity = options.LogDensityColumnName,
        BitsPerDimension = options.BitsPerDimensionColumnName,
        AnomalyScore = options.AnomalyScoreColumnName,
        PixelBits = options.PixelBitsColumnName,
        LatentCodes = options.LatentCodesColumnName,
        CodeBits = options.CodeBitsColumnName,
        Reconstruction = options.ReconstructionColumnName,
        Latent = options.LatentColumnName,
    };

    /// <summary>The columns that are added to a table, in their order.</summary>
    /// <param name="kind">What the log-density is.</param>
    /// <param name="words">Of the code book; 0 where there is no sequential latent.</param>
    /// <param name="codes">Words of an image.</param>
    /// <param name="latent">Numbers or states of a latent of an image as a whole.</param>
    /// <param name="scoreSet">The number of their score set.</param>
    public IReadOnlyList<ImageOutput> Outputs(string kind, int words, int codes, int latent, uint scoreSet = 1)
    {
        var list = new List<ImageOutput>();
        Add(LogDensity, NumberDataViewType.Single, () => OutputAnnotations.Density(scoreSet, kind),
            (batch, row) => (ValueGetter<float>)((ref float value) => value = (float)batch.LogDensity(row())));
        Add(BitsPerDimension, NumberDataViewType.Single, () => OutputAnnotations.Score(scoreSet, "Score"),
            (batch, row) => (ValueGetter<float>)((ref float value) => value = (float)batch.BitsPerDimension(row())));
        Add(AnomalyScore, NumberDataViewType.Single, () => OutputAnnotations.Score(scoreSet, "Score"),
            (batch, row) => (ValueGetter<float>)((ref float value) => value = (float)batch.AnomalyScore(row())));
        Add(PixelBits, Pixels.Type(NumberDataViewType.Single), () => OutputAnnotations.Score(scoreSet, "Score"),
            (batch, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => batch.PixelBits(row(), ref value)));
        Add(LatentCodes, new VectorDataViewType(new KeyDataViewType(typeof(uint), Math.Max(1, words)), codes),
            () => OutputAnnotations.Named(scoreSet, "PredictedLabel", OutputAnnotations.DensityEstimation, "KeyValues", [.. Enumerable.Range(0, words).Select(word => $"Code{word}")]),
            (batch, row) => (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) => batch.Codes(row(), ref value)));
        Add(CodeBits, NumberDataViewType.Single, () => OutputAnnotations.Score(scoreSet, "Score"),
            (batch, row) => (ValueGetter<float>)((ref float value) => value = (float)batch.CodeBits(row())));
        Add(Latent, new VectorDataViewType(NumberDataViewType.Single, Math.Max(1, latent)), () => OutputAnnotations.Score(scoreSet, "Score"),
            (batch, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => batch.Latent(row(), ref value)));
        if (Reconstruction is not null)
            list.Add(new ImageOutput(Reconstruction, Pixels.Type(), null, (batch, row) => PixelGetter(() => batch.Reconstruction(row()), batch.Spec)));
        return list;

        void Add(string? name, DataViewType type, Func<DataViewSchema.Annotations> annotations, Func<ImageBatch, Func<int>, Delegate> getter)
        {
            if (name is not null)
                list.Add(new ImageOutput(name, type, annotations(), getter));
        }
    }

    /// <summary>The getter of a column of pixels, in the form of that of the training images.</summary>
    /// <param name="levels">Of the current image.</param>
    /// <param name="spec">Its shape, and its bits.</param>
    public Delegate PixelGetter(CurrentLevels levels, ImageSpec spec)
    {
        return Pixels.Item switch
        {
            PixelItem.Byte => Of(level => level),
            PixelItem.Single => Of<float>(level => level),
            PixelItem.Double => Of<double>(level => level),
            var unknown => throw new InvalidOperationException($"{unknown} is no type of pixels."),
        };

        ValueGetter<VBuffer<T>> Of<T>(Func<byte, T> convert) => (ref VBuffer<T> value) =>
        {
            var image = levels();
            var editor = VBufferEditor.Create(ref value, image.Length);
            for (int i = 0; i < image.Length; i++)
                editor.Values[i] = convert((byte)(image[Pixels.PlaceOf(i, spec.Shape)] << (ImageSpec.MaximumBits - spec.Bits)));
            value = editor.Commit();
        };
    }

    /// <summary>Checks columns that a file claims.</summary>
    /// <exception cref="InvalidDataException">They are impossible for such a flow.</exception>
    public void Check(ImageSpec spec)
    {
        if (Pixels.Dimensions.Count is 0 or > 3 || Pixels.Dimensions.Any(size => size < 1) || Pixels.Dimensions.Aggregate(1L, (product, size) => product * size) != spec.Shape.Values)
            throw new InvalidDataException($"its pixels of {string.Join(" x ", Pixels.Dimensions)} values are no images of {spec.Shape}");
        if ((Given?.Size ?? 0) != spec.Context)
            throw new InvalidDataException($"its context has {Given?.Size ?? 0} values, its flow {spec.Context}");
        Given?.Check(spec.Context);
        FlowColumns.CheckNames(Pixels.Name, LogDensity, BitsPerDimension, AnomalyScore, PixelBits, LatentCodes, CodeBits, Reconstruction, Latent);
        if (spec.Terms == 1 && spec.Shape.Values > 1 && PixelBits is not null)
            throw new InvalidDataException("it has a column of bits of pixels, and a density of images as a whole");
        if (spec.Latent is null && Latent is not null)
            throw new InvalidDataException("it has a column of a latent, and none");
        if (!spec.HasBackground && AnomalyScore is not null)
            throw new InvalidDataException("it has a column of anomaly scores, and nothing that images are compared with");
        if (spec.Codes is null && (LatentCodes ?? CodeBits ?? Reconstruction) is not null)
            throw new InvalidDataException("it has columns of words, and no code book");
    }
}

/// <summary>The levels of the image that a cursor stands on.</summary>
internal delegate ReadOnlySpan<byte> CurrentLevels();

/// <summary>One column that is added to a table of images.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Annotations">What is said of it.</param>
/// <param name="Getter">Gives its values.</param>
internal sealed record ImageOutput(string Name, DataViewType Type, DataViewSchema.Annotations? Annotations, Func<ImageBatch, Func<int>, Delegate> Getter)
    : AddedColumn(Name, Type, Annotations);
