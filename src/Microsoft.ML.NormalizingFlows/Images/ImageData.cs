using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>Images in memory, and what each is given.</summary>
internal sealed class ImageTable
{
    public List<byte[]> Images { get; } = [];

    /// <summary>C values of each; empty where nothing is given.</summary>
    public List<float[]> Given { get; } = [];

    public int Count => Images.Count;

    /// <summary>Copies images, and what they are given, one behind the other.</summary>
    public void Copy(ReadOnlySpan<int> rows, Span<byte> images, Span<float> given)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            byte[] image = Images[rows[i]];
            image.CopyTo(images[(i * image.Length)..]);
            float[] context = Given[rows[i]];
            context.CopyTo(given[(i * context.Length)..]);
        }
    }

    /// <summary>Some of them, drawn at random.</summary>
    public ImageTable Sample(int most, RandomStream random)
    {
        var sample = new ImageTable();
        foreach (int row in random.Choose(Count, most))
        {
            sample.Images.Add(Images[row]);
            sample.Given.Add(Given[row]);
        }
        return sample;
    }
}

/// <summary>The images of a training: those trained on, and those held out.</summary>
internal sealed record ImageData(ImageTable Training, ImageTable HeldOut)
{
    private const int MinimumRows = 2;

    public bool HasHeldOut => !ReferenceEquals(Training, HeldOut);

    /// <summary>Reads all images.</summary>
    /// <param name="view">The table.</param>
    /// <param name="pixels">Its images.</param>
    /// <param name="given">What they are given; null for nothing.</param>
    /// <param name="validation">The held-out images, with columns of their own; null for a part of the table.</param>
    /// <param name="bits">Of a level.</param>
    /// <param name="settings">What part is held out, and what becomes of missing pixels.</param>
    /// <param name="seed">Says which are held out.</param>
    /// <param name="log">Gets warnings.</param>
    /// <exception cref="InvalidOperationException">The images cannot be trained on.</exception>
    public static ImageData Read(
        IDataView view, PixelColumn pixels, RowColumn? given, (IDataView View, PixelColumn Pixels, RowColumn? Given)? validation, int bits, TrainingSettings settings, ulong seed, ITrainingLog log)
    {
        var all = Read(view, pixels, given, bits, settings, log, warns: true);
        if (all.Count < MinimumRows)
            throw new InvalidOperationException($"There are {all.Count} images to train on, but at least {MinimumRows} are needed.");
        if (validation is { } other)
        {
            var held = Read(other.View, other.Pixels, other.Given, bits, settings, log, warns: false);
            return held.Count > 0 ? new ImageData(all, held) : throw new InvalidOperationException("There are no validation images: give some, or leave validation out to hold out a part of the training images.");
        }
        ImageTable training = new(), heldOut = new();
        for (int row = 0; row < all.Count; row++)
        {
            double position = RandomStream.Derive(seed, "held out", (ulong)row) * (1.0 / ulong.MaxValue);
            var part = position < settings.ValidationFraction ? heldOut : training;
            part.Images.Add(all.Images[row]);
            part.Given.Add(all.Given[row]);
        }
        if (training.Count > 0 && heldOut.Count > 0)
            return new ImageData(training, heldOut);
        log.Warning($"Only {all.Count} images: none are held out, and nothing tells when the flow starts to overfit.");
        return new ImageData(all, all);
    }

    /// <summary>How often each level is there in up to 1,000 of the training images, each a share.</summary>
    public double[] LevelShares(int levels, ulong seed)
    {
        var counts = new long[levels];
        foreach (byte[] image in Training.Sample(1_000, RandomStream.For(seed, "levels")).Images)
        {
            foreach (byte level in image)
                counts[level]++;
        }
        double sum = counts.Sum();
        return [.. counts.Select(count => count / sum)];
    }

    private static ImageTable Read(IDataView view, PixelColumn pixels, RowColumn? given, int bits, TrainingSettings settings, ITrainingLog log, bool warns)
    {
        var table = new ImageTable();
        using var cursor = view.GetRowCursor(given is null ? [pixels.Column] : [pixels.Column, given.Column]);
        var read = pixels.Reader(cursor, bits);
        var readGiven = given?.Reader(cursor);
        long black = 0, firstBlack = 0;
        int greatest = 0;
        while (cursor.MoveNext())
        {
            settings.Cancellation.ThrowIfCancellationRequested();
            var image = new byte[pixels.Shape.Values];
            var context = new float[given?.Size ?? 0];
            bool isWhole = read(image);
            readGiven?.Invoke(context);
            bool isGiven = FiniteRows.FirstNonFinite(context) < 0;
            if (!isWhole || !isGiven)
            {
                if (settings.NonFiniteRows == NonFiniteRows.Throw)
                    throw new InvalidOperationException($"Row {cursor.Position} (counted from 0) has {(isWhole ? $"no value in '{given!.Column.Name}'" : $"no image, or one with a missing pixel, in '{pixels.Column.Name}'")}: leave the row out, or set Training.NonFiniteRows to Drop to do so.");
                continue;
            }
            int brightest = image.Max();
            if (brightest == 0 && black++ == 0)
                firstBlack = cursor.Position;
            greatest = Math.Max(greatest, brightest);
            table.Images.Add(image);
            table.Given.Add(context);
        }
        if (warns && black > 0 && black < table.Count)
            log.Warning($"{black} of {table.Count} images are 0 everywhere, the first in row {firstBlack} (counted from 0): ExtractPixels makes such images of missing ones, which are to be filtered out before.");
        if (warns && greatest <= 1 && bits == ImageSpec.MaximumBits && table.Count > 0)
            log.Warning($"No level in '{pixels.Column.Name}' is above {greatest}: where images were scaled to 0..1, give ExtractPixels scaleImage: 1; where they are black and white, this is as it should be.");
        return table;
    }
}
