using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ImageVariationalFlowTransformer), null, typeof(SignatureLoadModel), "Image variational flow",
    ImageVariationalFlowTransformer.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// A trained flow of images: adds the log-density of each image, its bits, and where it is odd, and draws new images. An image with a missing pixel or context gets NaN; a
/// value that is no whole level from 0 to 255 is an error that names the row.
/// </summary>
/// <example>
/// <code>
/// ImageVariationalFlowTransformer model = ml.Transforms.ImageVariationalFlow("Pixels").Fit(train);
/// double bits = model.Transform(test).GetColumn&lt;float&gt;("BitsPerDimension").Average();
/// IDataView drawn = model.Sample(64, seed: 7);                  // the column "Pixels", in the form that it had
/// ml.Model.Save(model, train.Schema, "images.zip");
/// </code>
/// </example>
public sealed class ImageVariationalFlowTransformer : RowScoringTransformer
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    internal const string LoaderSignature = "ImageVariationalFlow";

    private readonly IHostEnvironment _environment;
    private readonly ImageFile _file;
    private readonly SharedImageEvaluator _evaluator;

    /// <param name="environment">Knows the seed and the device.</param>
    /// <param name="file">The columns and the flow.</param>
    /// <param name="device">Where to compute; null asks the environment.</param>
    internal ImageVariationalFlowTransformer(IHostEnvironment environment, ImageFile file, ComputeDevice? device = null)
        : base(new ModelHeader("NVF IMGS", LoaderSignature))
    {
        (_environment, _file) = (environment, file);
        _evaluator = new SharedImageEvaluator(() =>
        {
            var wanted = device ?? Environments.Device(environment, null, null);
            return ImageEngines.Of(wanted).CreateEvaluator(file.Spec, file.Arrays, wanted);
        });
    }

    /// <summary>What came out of training; its log-densities are those of images, in nats.</summary>
    public TrainingReport Report => _file.Report;

    /// <summary>The height of an image.</summary>
    public int Height => _file.Spec.Shape.Height;

    /// <summary>The width of an image.</summary>
    public int Width => _file.Spec.Shape.Width;

    /// <summary>The channels of an image.</summary>
    public int Channels => _file.Spec.Shape.Channels;

    internal ImageSpec Spec => _file.Spec;

    /// <summary>The same coupling flow, whose log-density is bounded by other draws of the noise.</summary>
    internal ImageVariationalFlowTransformer WithNoiseSamples(int draws) =>
        new(_environment, _file with { Spec = _file.Spec with { Couplings = _file.Spec.Couplings! with { Draws = draws } } });

    /// <summary>
    /// New images drawn from the learned density: a table with the column of pixels, in the form of that of the training images. They are drawn while
    /// it is read; every pass over it gives the same.
    /// </summary>
    /// <param name="rows">Number of images, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <returns>A table of that many rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many.</exception>
    /// <exception cref="InvalidOperationException">The density is given a context, see the other overload.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Sample(long rows, int? seed = null)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} images were asked for, but the number must be 0 or more.");
        if (_file.Columns.Given is { } given)
            throw new InvalidOperationException($"The density is given '{given.Column.Name}', and images are drawn for values of it: give Sample a table with that column.");
        _evaluator.ThrowIfDisposed();
        return new DrawnImages(_file, _evaluator, rows, Environments.Seed(_environment, seed));
    }

    /// <summary>
    /// Draws an image for each row of a table, given its context: the table with the column of pixels added, which hides one of that name. Images are drawn while it is
    /// read; every pass over it gives the same.
    /// </summary>
    /// <param name="context">A table with the column that <see cref="ImageVariationalFlowOptions.ContextColumnName"/> names; give a row as often as images are to be drawn for it.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <returns>As many rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The context column is missing, or of another type or size.</exception>
    /// <exception cref="InvalidOperationException">The density is given nothing, see the other overload.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <example><code>IDataView drawn = model.Sample(labels, seed: 7);     // a model with ContextColumnName = "Label"</code></example>
    public IDataView Sample(IDataView context, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_file.Columns.Given is null)
            throw new InvalidOperationException("The density is given no context: give Sample the number of images.");
        return new ScoredView(context, new DrawnImagesPlan(context.Schema, _file, _evaluator, Environments.Seed(_environment, seed)));
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    internal static ImageVariationalFlowTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        new(environment, ImageFile.Read(context.Reader));

    /// <inheritdoc/>
    public override void Dispose() => _evaluator.Dispose();

    private protected override ScoringPlan Plan(DataViewSchema input) => ImageScoringPlan.Create(input, _file, _evaluator);

    private protected override void Write(BinaryWriter writer) => _file.Write(writer);
}
