using Samples.Shared.Pictures;
using static TorchSharp.torch;

namespace ImageBenchmark;

/// <summary>
/// The Frechet classifier distance: that of Heusel et al. 2017 between two sets of images, <c>|m1 - m2|^2 + tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2)</c>, with the 64 features of a small
/// network that was trained here on the labels of the training images in place of those of Inception. It is no FID, and compares with none: what it says is said by the rows beside it.
/// </summary>
internal sealed class ClassifierDistance : IDisposable
{
    private const int Features = 64, Batch = 64;

    private readonly int _side;
    private readonly nn.Module<Tensor, Tensor> _body, _head;
    private readonly string[] _labels;

    /// <param name="train">Images with labels.</param>
    /// <param name="side">Their height and width.</param>
    /// <param name="steps">Of Adam, 64 images each.</param>
    /// <param name="seed">Of the network.</param>
    public ClassifierDistance(PictureTable train, int side, int steps, int seed)
    {
        _side = side;
        manual_seed(seed);
        _labels = [.. train.Rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        _body = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(64, Features, 3, padding: 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten());
        _head = nn.Linear(Features, _labels.Length);
        using var optimizer = optim.Adam(_body.parameters().Concat(_head.parameters()), 2e-3);
        var random = new Random(seed);
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            PictureRow[] pictures = [.. Enumerable.Range(0, Batch).Select(_ => train.Rows[random.Next(train.Rows.Count)])];
            var loss = nn.functional.cross_entropy(_head.forward(_body.forward(Images([.. pictures.Select(row => row.Pixels)]))), tensor(pictures.Select(row => (long)Array.IndexOf(_labels, row.Label)).ToArray()));
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }

    /// <summary>The share of images that get their label.</summary>
    public double Accuracy(PictureTable test)
    {
        using var mode = no_grad();
        int right = 0;
        foreach (var part in test.Rows.Chunk(256))
        {
            using var scope = NewDisposeScope();
            long[] found = _head.forward(_body.forward(Images([.. part.Select(row => row.Pixels)]))).argmax(1).data<long>().ToArray();
            right += found.Zip(part).Count(pair => _labels[pair.First] == pair.Second.Label);
        }
        return right / (double)test.Rows.Count;
    }

    /// <summary>The distance of two sets of images.</summary>
    public double Between(IReadOnlyList<byte[]> first, IReadOnlyList<byte[]> second)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var (mean1, spread1) = Moments(first);
        var (mean2, spread2) = Moments(second);
        var root = Root(spread1);
        var shift = mean1 - mean2;
        return (shift * shift).sum().item<double>() + (spread1.trace() + spread2.trace()).item<double>() - 2 * Root(root.mm(spread2).mm(root)).trace().item<double>();
    }

    public void Dispose()
    {
        _body.Dispose();
        _head.Dispose();
    }

    private (Tensor Mean, Tensor Spread) Moments(IReadOnlyList<byte[]> images)
    {
        var rows = cat([.. images.Chunk(256).Select(part => _body.forward(Images(part)).to(float64))], 0);
        var mean = rows.mean([0L]);
        var centered = rows - mean;
        return (mean, centered.t().mm(centered) / (images.Count - 1));
    }

    private static Tensor Root(Tensor symmetric)
    {
        var (values, vectors) = linalg.eigh(symmetric);
        return (vectors * values.clamp_min(0).sqrt()).mm(vectors.t());
    }

    private Tensor Images(byte[][] images) => tensor(images.SelectMany(image => image).Select(level => level / 127.5f - 1).ToArray(), [images.Length, 1, _side, _side]);

    /// <summary>Distances from test images: of training images, which is the floor, of images that are damaged in a known way, and of new ones.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="test">The test images.</param>
    /// <param name="drawn">New ones.</param>
    /// <param name="steps">Of the network's training.</param>
    /// <param name="seed">Of the network, and of the damage.</param>
    public static IEnumerable<(string What, double Distance)> Rows(PictureTable train, PictureTable test, IReadOnlyList<byte[]> drawn, int steps, int seed)
    {
        using var distance = new ClassifierDistance(train, test.Height, steps, seed);
        Console.WriteLine($"the network's accuracy {distance.Accuracy(test):F4}; {drawn.Count:N0} images against {drawn.Count:N0} test images");
        var random = new Random(seed);
        PictureRow[] rows = [.. test.Rows];
        random.Shuffle(rows);
        byte[][] real = [.. rows.Take(drawn.Count).Select(row => row.Pixels)];
        PictureRow[] others = [.. train.Rows];
        random.Shuffle(others);
        byte[][] usual = [.. others.Take(drawn.Count).Select(row => row.Pixels)];
        yield return ("training images (the floor)", distance.Between(usual, real));
        yield return ("new images", distance.Between(drawn, real));
        yield return ("training images of all labels but one", distance.Between([.. others.Where(row => row.Label != "4").Take(drawn.Count).Select(row => row.Pixels)], real));
        yield return ("training images with noise of 16 levels", distance.Between([.. usual.Select(image => Array.ConvertAll(image, level => (byte)Math.Clamp(level + 16 * Normal(), 0, 255)))], real));
        yield return ("training images, means of 3 x 3 pixels", distance.Between([.. usual.Select(image => Blurred(image, test.Width))], real));
        yield return ("each pixel from another training image", distance.Between([.. usual.Select(image => image.Select((_, i) => others[random.Next(others.Length)].Pixels[i]).ToArray())], real));

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static byte[] Blurred(byte[] image, int width) => [.. image.Select((_, i) =>
    {
        int row = i / width, column = i % width, sum = 0;
        for (int y = row - 1; y <= row + 1; y++)
        {
            for (int x = column - 1; x <= column + 1; x++)
                sum += y < 0 || x < 0 || x >= width || y * width + x >= image.Length ? 0 : image[y * width + x];
        }
        return (byte)(sum / 9);
    })];
}
