using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// Gives each 4 x 4 pixels of an image a word: the one of the code book that is nearest to what convolutions make of it. Words are running means of what is given to them; one that is hardly
/// used begins again at a place where there is something (van den Oord et al. 2017; Razavi et al. 2019).
/// </summary>
internal sealed class CodeEncoder(ImageSpec spec, ImageWeights weights)
{
    /// <summary>What running means keep in a step, and the share of an even use below which a word begins again.</summary>
    private const double Kept = 0.97, Unused = 0.1;

    /// <summary>Of k-means, where words begin.</summary>
    private const int StartIterations = 10;

    private readonly CodeSpec _codes = spec.Codes!;

    /// <summary>What the words are looked up by, (B L, e): of mean 0 and deviation 1 each, so that it cannot run away.</summary>
    public Tensor Features(ImagePlanes images)
    {
        var y = Convolve("input", images.All(), _codes.HalvesAtOnce ? 2 : 1, 1);
        for (int i = _codes.HalvesAtOnce ? 1 : 0; i < CodeSpec.Halvings; i++)
            y = Convolve($"halvings.{i}", nn.functional.relu(y), 2, 1);
        y = y.Plus(Convolve("near", nn.functional.relu(y), 1, 1));
        var rows = Convolve("words", nn.functional.relu(y), 1, 0).permute(0, 2, 3, 1).reshape(-1, _codes.Dimensions);
        return nn.functional.layer_norm(rows, [_codes.Dimensions]);
    }

    /// <summary>The nearest word of each, (B L), int64.</summary>
    public Tensor Words(Tensor features) => Distances(features).argmin(1);

    /// <summary>The squared distances from all words, but for what all have in common, (B L, K).</summary>
    public Tensor Distances(Tensor features)
    {
        var book = Book;
        return (book * book).sum(1L) - features.matmul(book.t()).Times(2);
    }

    /// <summary>What words (B L) stand for, a grid (B, rows, columns, e).</summary>
    public Tensor Grid(Tensor values) => values.reshape(-1, spec.CodeRows, spec.CodeColumns, _codes.Dimensions);

    /// <summary>The values of words, (B L, e).</summary>
    public Tensor Values(Tensor words) => Book.index_select(0, words);

    /// <summary>Moves the words towards what was given to them in a step of training.</summary>
    public void Update(Tensor features, Tensor words, RandomStream random)
    {
        int count = _codes.Words, e = _codes.Dimensions;
        float[] given = FlowArrays.Copy("", features).Values;
        float[] nearest = FlowArrays.Copy("", words.to(float32)).Values;
        float[] book = FlowArrays.Copy("", Book).Values, sums = FlowArrays.Copy("", weights["book.sums"]).Values, shares = FlowArrays.Copy("", weights["book.shares"]).Values;
        int rows = nearest.Length;
        bool isFirst = shares.All(share => share == 0);
        if (isFirst)
            book = Start(given, random);
        for (int i = 0; i < shares.Length; i++)
            shares[i] *= (float)Kept;
        for (int i = 0; i < sums.Length; i++)
            sums[i] *= (float)Kept;
        float fresh = (float)(1 - Kept) / rows;
        for (int row = 0; row < rows; row++)
        {
            int word = (int)nearest[row];
            shares[word] += fresh;
            for (int i = 0; i < e; i++)
                sums[word * e + i] += fresh * given[row * e + i];
        }
        for (int word = 0; word < count; word++)
        {
            if (isFirst || shares[word] < Unused / count)
            {
                // Its sum and its share begin with it: else it would be unused again in the next step.
                var place = isFirst ? book.AsSpan(word * e, e) : given.AsSpan(Far(given, nearest, book, random) * e, e);
                shares[word] = 1f / count;
                for (int i = 0; i < e; i++)
                    sums[word * e + i] = place[i] * shares[word];
            }
            for (int i = 0; i < e; i++)
                book[word * e + i] = sums[word * e + i] / shares[word];
        }
        using var guard = no_grad();
        FlowArrays.Assign(Book, new NamedArray("", [count, e], book));
        FlowArrays.Assign(weights["book.sums"], new NamedArray("", [count, e], sums));
        FlowArrays.Assign(weights["book.shares"], new NamedArray("", [count], shares));
    }

    // Clusters of what is given: most of an image may be ground, and words that begin anywhere would all be that.
    private float[] Start(float[] given, RandomStream random)
    {
        var rows = new RowTable(_codes.Dimensions);
        // Fewer than there are words are repeated.
        for (int i = 0; i < Math.Max(given.Length, _codes.Words * _codes.Dimensions); i += _codes.Dimensions)
            rows.Add(given.AsSpan(i % given.Length, _codes.Dimensions));
        return [.. KMeans.Fit(rows, _codes.Words, random, StartIterations).Centers.SelectMany(center => center)];
    }

    // One of what is given, likelier the further it is from its word (k-means++).
    private int Far(float[] given, float[] nearest, float[] book, RandomStream random)
    {
        int e = _codes.Dimensions;
        double[] sums = new double[nearest.Length];
        double sum = 0;
        for (int row = 0; row < sums.Length; row++)
            sums[row] = sum += Math.Pow(System.Numerics.Tensors.TensorPrimitives.Distance<float>(given.AsSpan(row * e, e), book.AsSpan((int)nearest[row] * e, e)), 2);
        int found = Array.BinarySearch(sums, random.NextUniform() * sum);
        return Math.Min(found < 0 ? ~found : found, sums.Length - 1);
    }

    private Tensor Book => weights["book.words"];

    private Tensor Convolve(string name, Tensor input, long stride, long padding) => nn.functional.conv2d(
        input, weights[$"encoder.{name}.weight"], weights[$"encoder.{name}.bias"], strides: [stride, stride], padding: [padding, padding]);
}
