using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// Learns the density of images by a flow over the lattice of their pixels. Made by
/// <see cref="NormalizingFlowsImageCatalog.ImageVariationalFlow(TransformsCatalog, ImageVariationalFlowOptions)"/>. It takes the package
/// Microsoft.ML.NormalizingFlows.TorchSharp.
/// </summary>
/// <example>
/// <code>
/// ImageVariationalFlowEstimator estimator = ml.Transforms.ImageVariationalFlow("Pixels");
/// using ImageVariationalFlowTransformer model = estimator.Fit(train, validation);
/// </code>
/// </example>
public sealed class ImageVariationalFlowEstimator : IEstimator<ImageVariationalFlowTransformer>
{
    /// <summary>How much the levels of training images differ from their smoothed shares, in nats, before each has a probability of its own.</summary>
    private const double Spiky = 0.08;

    private const int SplineBins = 8, MixtureComponents = 4;

    /// <summary>Standard logistic noise is beyond it once in 1,500.</summary>
    private const double SplineBound = 8;

    private readonly IHostEnvironment _environment;
    private readonly ImageVariationalFlowOptions _options;

    internal ImageVariationalFlowEstimator(IHostEnvironment environment, ImageVariationalFlowOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options.Copy());
    }

    /// <summary>Trains on <paramref name="input"/>; a part of its images is held out to choose the best epoch.</summary>
    /// <param name="input">The training images; only the columns of pixels and of the context are read.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of pixels or of the context is missing, of a wrong type, or of a shape that is not known.</exception>
    /// <exception cref="InvalidOperationException">The images cannot be trained on.</exception>
    public ImageVariationalFlowTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains on <paramref name="input"/>, choosing the best epoch on <paramref name="validation"/>.</summary>
    /// <param name="input">The training images; only the columns of pixels and of the context are read.</param>
    /// <param name="validation">Images that the best epoch is chosen on; null holds out a part of <paramref name="input"/>.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of pixels or of the context is missing, of a wrong type, or of a shape that is not known.</exception>
    /// <exception cref="ArgumentException">Checkpoints cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The images cannot be trained on: there are too few, a value is no whole level from 0 to 255, or one is missing; or the package on TorchSharp or the GPU is absent.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled and <see cref="TrainingOptions.WhenCancelled"/> says to throw.</exception>
    public ImageVariationalFlowTransformer Fit(IDataView input, IDataView? validation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var pixels = PixelColumn.Find(input.Schema, _options);
        RowColumn? given = _options.ContextColumnName is { } name ? Given(input, FeatureColumn.Find(input.Schema, name, ColumnRole.Context)) : null;
        (IDataView, PixelColumn, RowColumn?)? held = validation is null ? null : (
            validation, PixelColumn.Find(validation.Schema, pixels.Form, pixels.Shape),
            given is null ? null : given with { Column = FeatureColumn.Find(validation.Schema, given.Column.Name, given.Size, given.Column.Type is Data.KeyDataViewType) });
        CheckpointFolder.Check(_options.Training.CheckpointFolder);
        var device = _options.Training.Device(_environment);
        _ = ImageEngines.Of(device);
        var settings = OptionsTranslation.Settings(_options.Training, device);
        ulong seed = Environments.Seed(_environment, _options.Training.Seed);
        if (settings.Group is not null)
            throw new InvalidOperationException("Training.Group is set, but images are trained by one process alone: leave it out.");
        using var checkpoints = new CheckpointLock(settings.CheckpointFolder);
        using var channel = _environment.Register("ImageVariationalFlow").Start("Training");
        var log = new ChannelLog(channel);
        var data = ImageData.Read(input, pixels, given, held, _options.Bits, settings, seed, log);
        GivenColumn? context = given is null ? null : GivenColumn.Of(given, data.Training.Given);
        foreach (var table in new[] { data.Training, data.HeldOut }.Distinct())
            table.Given.ForEach(values => context?.Standardize(values));
        var spec = Spec(pixels.Shape, context?.Size ?? 0, data.LevelShares(1 << _options.Bits, seed));
        long parameters = spec.Parameters().Sum(parameter => parameter.Length);
        if (parameters > FlowLimits.Values)
            throw new InvalidOperationException(FormattableString.Invariant($"The flow would have {parameters:N0} learned values, but at most {FlowLimits.Values:N0} are possible: choose fewer HiddenChannels or Blocks, or smaller images."));
        // Which epoch is the best is told by one draw of the noise.
        using var training = new ImageTraining(spec with { Couplings = spec.Couplings is { } couplings ? couplings with { Draws = 1 } : null }, settings, data, seed, log);
        var (arrays, report) = training.Complete();
        return new ImageVariationalFlowTransformer(_environment, new ImageFile(ImageColumns.Of(_options, pixels.Form, context), spec, arrays, report), device);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and those that the transformer will add, with their annotations.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <returns>The columns that there will be after the transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of pixels or of the context is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        PixelColumn.Check(inputSchema, _options.PixelColumnName);
        if (_options.ContextColumnName is { } context)
            FeatureColumn.Check(inputSchema, context, ColumnRole.Context);
        // A shape does not tell sizes, so any gives the same.
        var form = new PixelForm { Name = _options.PixelColumnName, Item = PixelItem.Single, IsInterleaved = false, Dimensions = [1] };
        return SchemaShapes.With(inputSchema, ImageColumns.Of(_options, form, null).Outputs("", _options.Latent == ImageLatent.Sequential ? _options.CodeWords : 0, 1, 1));
    }

    private static RowColumn Given(IDataView input, DataViewSchema.Column column) => new(column, FeatureOrigin.Of(input, column));

    private ImageSpec Spec(ImageShape shape, int context, double[] shares)
    {
        int background = Array.IndexOf(shares, shares.Max());
        bool isCategorical = _options.PixelDistribution switch
        {
            PixelDistribution.Categorical => true,
            PixelDistribution.Logistics => false,
            PixelDistribution.Automatic => shares.Length <= 16 || Spikes(shares, background) > Spiky,
            var unknown => throw new InvalidOperationException($"{unknown} is no distribution of pixels."),
        };
        return new ImageSpec
        {
            Shape = shape,
            Bits = _options.Bits,
            Levels = _options.Flow == ImageFlow.Polyphase ? ImageSpec.PolyphaseLevels : 0,
            Couplings = Couplings(),
            HiddenChannels = (_options.HiddenChannels + 1) / 2 * 2,
            Blocks = _options.Blocks,
            Background = background,
            Components = isCategorical ? 0 : ImageSpec.MixtureComponents,
            Context = context,
            HasBackground = _options.AnomalyScoreColumnName is not null,
            Codes = _options.Latent switch
            {
                ImageLatent.None or ImageLatent.Discrete or ImageLatent.Continuous => null,
                ImageLatent.Sequential => new CodeSpec
                {
                    Words = _options.CodeWords,
                    Dimensions = 16,
                    PriorLayers = _options.PriorLayers,
                    TopCodes = _options.TopCodes,
                    KnowsGrid = true,
                    HalvesAtOnce = true,
                    PriorWidth = (_options.PriorWidth + CodeSpec.HeadWidth - 1) / CodeSpec.HeadWidth * CodeSpec.HeadWidth,
                },
                var unknown => throw new InvalidOperationException($"{unknown} is no latent of images."),
            },
            Latent = _options.Latent switch
            {
                ImageLatent.Discrete => new ImageLatentSpec { Kind = ImageLatent.Discrete, Size = _options.LatentStates },
                ImageLatent.Continuous => new ImageLatentSpec { Kind = ImageLatent.Continuous, Size = _options.LatentDimensions, Draws = _options.BoundSamples },
                _ => null,
            },
        };
    }

    private ImageCouplingSpec? Couplings()
    {
        return _options.Flow switch
        {
            ImageFlow.Polyphase or ImageFlow.Raster => null,
            ImageFlow.RealNvp => Of(new AffineMapSpec(), mixedFrom: ImageCouplingSpec.Scales),
            ImageFlow.Glow => Of(new AffineMapSpec(), mixedFrom: 0),
            // Splines and mixtures fit the shares of a pixel's levels, which mixing with those of its neighbours would smear.
            ImageFlow.SplineCoupling => Of(new RationalQuadraticSplineMapSpec(SplineBins, SplineBound, 1), mixedFrom: 1),
            ImageFlow.MixtureCoupling => Of(new MixtureMapSpec(MixtureComponent.Logistic, MixtureComponents), mixedFrom: 1),
            ImageFlow.ResidualCoupling => Of(new AffineMapSpec(), mixedFrom: 0) with { IsResidual = true },
            ImageFlow.GaussianDecoder => Of(new AffineMapSpec(), mixedFrom: ImageCouplingSpec.Scales) with { Steps = 0 },
            var unknown => throw new InvalidOperationException($"{unknown} is no flow of images."),
        };

        ImageCouplingSpec Of(MapSpec map, int mixedFrom) => new()
        {
            Map = map,
            Steps = _options.StepsPerScale,
            MixedFrom = mixedFrom,
            LearnsNoise = _options.LearnsNoise,
            Draws = _options.NoiseSamples,
            HasAttention = _options.Attention,
            PoolsMaxima = _options.MaximumPooling,
            TakesAbsolutes = _options.AbsoluteValues,
            HasAutoregressivePrior = _options.AutoregressivePrior,
        };
    }

    // KL of the shares, without the background's, from the mean of the two on either side.
    private static double Spikes(double[] shares, int background)
    {
        double[] rest = [.. shares];
        rest[background] = 0;
        double sum = rest.Sum(), divergence = 0;
        for (int i = 0; i < rest.Length && sum > 0; i++)
        {
            double share = rest[i] / sum;
            double smooth = (Rest(i - 2) + Rest(i - 1) + Rest(i + 1) + Rest(i + 2)) / 4 / sum + 1e-6;
            divergence += share > 0 ? share * Math.Log(share / smooth) : 0;
        }
        return divergence;

        double Rest(int level) => rest[level < 0 ? -level : level >= rest.Length ? 2 * rest.Length - 2 - level : level];
    }
}
