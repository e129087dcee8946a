using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>What a user of the estimator meets: columns, files, seeds, progress, cancelling, and answers to what cannot be learned from.</summary>
public sealed class ImageEstimatorTests(ImageEstimatorTests.Trained trained) : IClassFixture<ImageEstimatorTests.Trained>
{
    /// <summary>A flow that has learned <see cref="SmallPictures"/>.</summary>
    public sealed class Trained : IDisposable
    {
        public MLContext Ml { get; } = new(seed: 1);

        public IDataView Test { get; }

        public ImageVariationalFlowTransformer Model { get; }

        public Trained()
        {
            Test = SmallPictures.View(Ml, SmallPictures.Draw(400, seed: 2));
            Model = Ml.Transforms.ImageVariationalFlow(SmallPictures.Options(epochs: 8)).Fit(SmallPictures.View(Ml, SmallPictures.Draw(1_400, seed: 1)));
        }

        public void Dispose() => Model.Dispose();
    }

    [Fact]
    public void The_entropy_of_pictures_is_learned_and_not_beaten()
    {
        double[] bits = [.. trained.Model.Transform(trained.Test).GetColumn<float>("BitsPerDimension").Select(value => (double)value)];
        double mean = bits.Average(), error = Math.Sqrt(bits.Sum(value => (value - mean) * (value - mean)) / bits.Length / bits.Length);
        Assert.InRange(mean, SmallPictures.Entropy - 3 * error, SmallPictures.Entropy + 0.1);
        Assert.Equal(mean, -trained.Model.Report.ValidationLogDensity / Math.Log(2) / SmallPictures.Values, 0.02);
    }

    [Fact]
    public void Bits_of_pixels_sum_to_those_of_the_image_and_the_mirrored_half_takes_few()
    {
        var scored = trained.Model.Transform(trained.Test);
        float[] densities = [.. scored.GetColumn<float>("LogDensity")], bits = [.. scored.GetColumn<float>("BitsPerDimension")];
        float[][] maps = [.. scored.GetColumn<float[]>("PixelBits")];
        Assert.Equal([1, SmallPictures.Size, SmallPictures.Size], ((VectorDataViewType)scored.Schema["PixelBits"].Type).Dimensions.ToArray());
        for (int i = 0; i < maps.Length; i++)
        {
            Assert.Equal(-densities[i] / Math.Log(2), maps[i].Sum(), 1e-3);
            Assert.Equal(maps[i].Sum() / SmallPictures.Values, bits[i], 1e-4);
        }
        ReadOnlyMemory<char> kind = default;
        scored.Schema["LogDensity"].Annotations.GetValue("DensityKind", ref kind);
        Assert.Equal("Exact", kind.ToString());
        // A picture that is not its own mirror image is odd where it is not.
        var broken = SmallPictures.Draw(1, seed: 3);
        broken[0].Pixels[7] = 192 - broken[0].Pixels[7];
        float[] map = trained.Model.Transform(SmallPictures.View(trained.Ml, broken)).GetColumn<float[]>("PixelBits").Single();
        Assert.True(map.Max() > 4, $"At most {map.Max()} bits.");
        Assert.Contains(Array.IndexOf(map, map.Max()), new[] { 4, 7 });
    }

    [Fact]
    public void New_images_are_their_own_mirror_images_and_every_pass_gives_the_same()
    {
        var drawn = trained.Model.Sample(100, seed: 7);
        Assert.Equal(100, drawn.GetRowCount());
        Assert.Equal([1, SmallPictures.Size, SmallPictures.Size], ((VectorDataViewType)drawn.Schema["Pixels"].Type).Dimensions.ToArray());
        float[][] images = [.. drawn.GetColumn<float[]>("Pixels")];
        Assert.Equal(images, drawn.GetColumn<float[]>("Pixels"));
        Assert.Equal(images[..10], trained.Model.Sample(10, seed: 7).GetColumn<float[]>("Pixels"));
        Assert.NotEqual(images[..10], trained.Model.Sample(10, seed: 8).GetColumn<float[]>("Pixels"));
        Assert.All(images, image => Assert.All(image, level => Assert.Contains(level, new float[] { 0, 64, 128, 192 })));
        int mirrored = images.Count(image => Enumerable.Range(0, 8).All(i => image[i / 2 * 4 + i % 2] == image[i / 2 * 4 + 3 - i % 2]));
        Assert.True(mirrored > 60, $"{mirrored} of 100");
    }

    /// <summary>Pictures that are flat take few bits and are odd all the same where none was seen.</summary>
    [Fact]
    public void An_anomaly_score_counts_bits_beyond_those_of_neighbours()
    {
        var ml = new MLContext(seed: 1);
        var options = SmallPictures.Options(epochs: 3);
        options.AnomalyScoreColumnName = "Score";
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(SmallPictures.View(ml, SmallPictures.Draw(600, seed: 1)));
        Picture[] pictures = SmallPictures.Draw(50, seed: 2);
        var scored = model.Transform(SmallPictures.View(ml, pictures));
        float[] scores = [.. scored.GetColumn<float>("Score")], bits = [.. scored.GetColumn<float>("BitsPerDimension")];
        // Of two bits a level the background knows that every third is that to its left.
        Assert.All(scores.Zip(bits), pair => Assert.InRange(pair.Second - pair.First, 1, 3));
        Assert.InRange(bits.Average() - scores.Average(), 1.7, 1.98);
        using var file = new MemoryStream();
        ml.Model.Save(model, scored.Schema, file);
        Assert.Equal(scores, ml.Model.Load(file, out _).Transform(SmallPictures.View(ml, pictures)).GetColumn<float>("Score"));
    }

    [Fact]
    public void A_saved_model_scores_and_draws_the_same()
    {
        using var file = new MemoryStream();
        trained.Ml.Model.Save(trained.Model, trained.Test.Schema, file);
        var other = new MLContext();
        ITransformer loaded = other.Model.Load(file, out var schema);
        Assert.Contains(schema, column => column.Name == "Pixels");
        var model = Assert.IsType<ImageVariationalFlowTransformer>(loaded);
        Assert.Equal(
            trained.Model.Transform(trained.Test).GetColumn<float>("LogDensity"), model.Transform(SmallPictures.View(other, SmallPictures.Draw(400, seed: 2))).GetColumn<float>("LogDensity"));
        Assert.Equal(trained.Model.Sample(5, seed: 3).GetColumn<float[]>("Pixels"), model.Sample(5, seed: 3).GetColumn<float[]>("Pixels"));
        Assert.Equal(trained.Model.Report, model.Report);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Sample(1, seed: 1));
        Assert.Throws<ObjectDisposedException>(() => model.Transform(trained.Test));
    }

    [Fact]
    public void Bytes_doubles_and_other_shapes_of_the_same_images_score_the_same()
    {
        Picture[] pictures = SmallPictures.Draw(20, seed: 4);
        float[] expected = [.. trained.Model.Transform(SmallPictures.View(trained.Ml, pictures)).GetColumn<float>("LogDensity")];
        var definition = SchemaDefinition.Create(typeof(BytePicture));
        definition[nameof(BytePicture.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, SmallPictures.Values);
        var bytes = trained.Ml.Data.LoadFromEnumerable(pictures.Select(picture => new BytePicture { Pixels = [.. picture.Pixels.Select(level => (byte)level)] }), definition);
        var doubles = trained.Ml.Transforms.Conversion.ConvertType("Pixels", "Pixels", DataKind.Double).Fit(SmallPictures.View(trained.Ml, pictures)).Transform(SmallPictures.View(trained.Ml, pictures));
        Assert.Equal(expected, trained.Model.Transform(bytes).GetColumn<float>("LogDensity"));
        Assert.Equal(expected, trained.Model.Transform(doubles).GetColumn<float>("LogDensity"));
        using var engine = trained.Ml.Model.CreatePredictionEngine<Picture, Scored>(trained.Model, new PredictionEngineOptions { OwnsTransformer = false, InputSchemaDefinition = Definition() });
        Assert.Equal(expected[3], engine.Predict(pictures[3]).LogDensity);
    }

    private sealed class BytePicture
    {
        public byte[] Pixels { get; set; } = [];
    }

    private static SchemaDefinition Definition()
    {
        var definition = SchemaDefinition.Create(typeof(Picture));
        definition[nameof(Picture.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, SmallPictures.Size, SmallPictures.Size);
        return definition;
    }

    private sealed class Scored
    {
        public float LogDensity { get; set; }
    }

    [Fact]
    public void A_missing_pixel_gives_missing_scores()
    {
        Picture[] pictures = SmallPictures.Draw(3, seed: 5);
        pictures[1].Pixels[6] = float.NaN;
        var scored = trained.Model.Transform(SmallPictures.View(trained.Ml, pictures));
        Assert.Equal([false, true, false], scored.GetColumn<float>("LogDensity").Select(float.IsNaN));
        Assert.All(scored.GetColumn<float[]>("PixelBits").ElementAt(1), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void A_seed_reproduces_a_training_and_the_line_by_line_flow_and_interleaved_channels_are_possible()
    {
        // Two channels of 4 x 2: the pictures' halves.
        var options = SmallPictures.Options(epochs: 1);
        (options.Flow, options.InterleavedPixels) = (ImageFlow.Raster, true);
        var ml = new MLContext();
        var view = SmallPictures.View(ml, SmallPictures.Draw(100, seed: 1), 4, 2, 2);
        using var first = ml.Transforms.ImageVariationalFlow(options).Fit(view);
        using var second = ml.Transforms.ImageVariationalFlow(options).Fit(view);
        Assert.Equal((2, 4, 2), (first.Channels, first.Height, first.Width));
        Assert.Equal(first.Transform(view).GetColumn<float>("LogDensity"), second.Transform(view).GetColumn<float>("LogDensity"));
        Assert.Equal(4, first.Sample(4, seed: 1).GetColumn<float[]>("Pixels").Count(image => image.Length == SmallPictures.Values));
        var set = SmallPictures.Options(epochs: 1);
        (set.Flow, set.InterleavedPixels, set.Height, set.Width, set.Channels) = (ImageFlow.Raster, true, 4, 2, 2);
        using var third = ml.Transforms.ImageVariationalFlow(set).Fit(SmallPictures.View(ml, SmallPictures.Draw(100, seed: 1), 16));
        Assert.Equal(first.Transform(view).GetColumn<float>("LogDensity"), third.Transform(view).GetColumn<float>("LogDensity"));
    }

    [Fact]
    public void Images_given_a_label_follow_it_and_a_label_without_images_is_refused()
    {
        var ml = new MLContext(seed: 1);
        var pictures = SmallPictures.Draw(500, seed: 1).Concat(SmallPictures.Draw(500, seed: 2, "dark")).ToArray();
        var names = SmallPictures.View(ml, [.. pictures, new Picture { Pixels = new float[SmallPictures.Values], Name = "unseen" }]);
        var keys = ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(names);
        var options = SmallPictures.Options(epochs: 10);
        (options.ContextColumnName, options.Flow) = ("Label", ImageFlow.Raster);
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(keys.Transform(SmallPictures.View(ml, pictures)));

        // Dark pictures have half a bit a value, and one bit where they might be any.
        double Bits(string name) => model.Transform(keys.Transform(SmallPictures.View(ml, SmallPictures.Draw(100, seed: 3, "dark").Select(picture => new Picture { Pixels = picture.Pixels, Name = name })))).GetColumn<float>("BitsPerDimension").Average();
        double dark = Bits("dark"), any = Bits("any");
        Assert.True(dark < 0.65 && any > dark + 0.2, $"{dark}, {any}");
        var wanted = keys.Transform(SmallPictures.View(ml, Enumerable.Range(0, 60).Select(i => new Picture { Pixels = new float[SmallPictures.Values], Name = i < 30 ? "dark" : "any" })));
        var drawn = model.Sample(wanted, seed: 1);
        float[][] images = [.. drawn.GetColumn<float[]>("Pixels")];
        Assert.Equal(images, drawn.GetColumn<float[]>("Pixels"));
        Assert.True(images[..30].Count(image => image.Max() <= 64) > 20);
        Assert.True(images[30..].Count(image => image.Max() > 64) > 25);

        var unseen = keys.Transform(SmallPictures.View(ml, [pictures[0], new Picture { Pixels = new float[SmallPictures.Values], Name = "unseen" }]));
        Assert.Equal(
            "Row 1 (counted from 0) has the label 'unseen' in 'Label', of which there was no training image: leave the row out, or train with images of it.",
            Assert.Throws<InvalidOperationException>(() => model.Transform(unseen).GetColumn<float>("LogDensity").Count()).Message);
        Assert.Throws<InvalidOperationException>(() => model.Sample(unseen, seed: 1).GetColumn<float[]>("Pixels").Count());
        Assert.Contains("give Sample a table", Assert.Throws<InvalidOperationException>(() => model.Sample(3)).Message);
        Assert.Contains("number of images", Assert.Throws<InvalidOperationException>(() => trained.Model.Sample(wanted)).Message);
        // A key that none of the labels is.
        var missing = keys.Transform(SmallPictures.View(ml, [new Picture { Pixels = new float[SmallPictures.Values], Name = "no such" }]));
        Assert.True(float.IsNaN(model.Transform(missing).GetColumn<float>("LogDensity").Single()));
    }

    [Fact]
    public void A_training_that_was_cancelled_goes_on_where_it_stopped()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var ml = new MLContext();
            var view = SmallPictures.View(ml, SmallPictures.Draw(80, seed: 1));
            using var stop = new CancellationTokenSource();
            var options = SmallPictures.Options(epochs: 3);
            (options.Latent, options.CodeWords, options.PriorLayers, options.PriorWidth) = (ImageLatent.Sequential, 3, 1, 32);
            using var whole = ml.Transforms.ImageVariationalFlow(options).Fit(view);
            options.Training.CheckpointFolder = folder;
            options.Training.Cancellation = stop.Token;
            options.Training.Progress = new Listener(progress =>
            {
                if (progress.Epoch == 2)
                    stop.Cancel();
            });
            Assert.Throws<OperationCanceledException>(() => ml.Transforms.ImageVariationalFlow(options).Fit(view));
            Assert.True(File.Exists(Path.Combine(folder, "training.checkpoint")));
            (options.Training.Cancellation, options.Training.Progress) = (default, null);
            options.HiddenChannels = 18;
            Assert.Contains("belongs to other options", Assert.Throws<InvalidOperationException>(() => ml.Transforms.ImageVariationalFlow(options).Fit(view)).Message);
            options.HiddenChannels = 16;
            using var resumed = ml.Transforms.ImageVariationalFlow(options).Fit(view);
            Assert.Equal(whole.Report, resumed.Report);
            Assert.Equal(whole.Transform(view).GetColumn<float>("LogDensity"), resumed.Transform(view).GetColumn<float>("LogDensity"));
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_time_of_a_training_ends_it_and_a_cancelled_one_may_keep_its_best()
    {
        var ml = new MLContext();
        var view = SmallPictures.View(ml, SmallPictures.Draw(200, seed: 1));
        var options = SmallPictures.Options();
        (options.Training.Epochs, options.Training.TrainingTime, options.Training.WeightAveraging) = (null, TimeSpan.FromSeconds(0.5), 0.5);
        var told = new List<TrainingProgress>();
        var lines = new List<string>();
        ml.Log += (_, message) => lines.Add(message.Message);
        options.Training.Progress = new Listener(told.Add);
        using var timed = ml.Transforms.ImageVariationalFlow(options).Fit(view);
        // The epochs that there will be are foreseen by the time.
        Assert.All(told, progress => Assert.InRange(progress.Epochs, progress.Epoch, 1_000));
        Assert.Equal(told[^1].Epoch, timed.Report.Epochs);
        Assert.DoesNotContain(lines, line => line.Contains("100000", StringComparison.Ordinal));
        Assert.True(timed.Report.Steps > 0 && timed.Report.ValidationLogDensity < 0);
        using var stop = new CancellationTokenSource();
        (options.Training.Epochs, options.Training.TrainingTime, options.Training.Cancellation, options.Training.WhenCancelled) = (50, null, stop.Token, WhenCancelled.KeepBest);
        options.Training.Progress = new Listener(_ => stop.Cancel());
        using var kept = ml.Transforms.ImageVariationalFlow(options).Fit(view);
        Assert.True(kept.Report.Cancelled);
        Assert.Equal((1, 1), (kept.Report.Epochs, kept.Report.BestEpoch));
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "scaled", "Row 0 (counted from 0) has the value 0.25 in Pixels[0], but pixels are whole levels from 0 to 255: give ExtractPixels offsetImage: 0 and scaleImage: 1, or multiply images that were scaled to 0..1 by 255 and round them." },
        { "negative", "Row 2 (counted from 0) has the value -64 in Pixels[5]" },
        { "missing", "Row 1 (counted from 0) has no image, or one with a missing pixel, in 'Pixels': leave the row out, or set Training.NonFiniteRows to Drop to do so." },
        { "no shape", "The column 'Pixels' has 16 values an image and no shape (Vector<Single, 16>): set Height and Width, and Channels where there are several." },
        { "other shape", "The column 'Pixels' has 16 values an image, but Channels 1, Height 5 and Width 4 make 20: set them to those of the images." },
        { "contradiction", "The column 'Pixels' has images of 1 x 4 x 4 (channels, height, width), but Channels, Height and Width say 1 x 2 x 8" },
        { "channels", "The column 'Pixels' has images of 1 channels" },
        { "sizes", "The column of pixels 'Pixels' is a vector of unknown size, but all images must have the same: put ResizeImages in front of ExtractPixels." },
        { "name", "There is no column of pixels 'Image' in the data, whose columns are Pixels, Name: set PixelColumnName to one of them, or make the column with ExtractPixels." },
        { "text", "The column of pixels 'Name' is String, but a vector of Byte, Single or Double is needed: make it with ExtractPixels." },
        { "few", "There are 1 images to train on, but at least 2 are needed." },
        { "engine", "The managed engine was asked for, but it has no layers for images: set Training.Engine to TorchSharp or Automatic." },
    };

    [Theory, MemberData(nameof(Bad))]
    public void What_cannot_be_learned_from_is_answered_in_one_sentence(string what, string answer)
    {
        var ml = new MLContext();
        var options = SmallPictures.Options();
        Picture[] pictures = SmallPictures.Draw(what == "few" ? 1 : 4, seed: 1);
        int[] dimensions = [1, 4, 4];
        switch (what)
        {
            case "scaled":
                pictures[0].Pixels[0] = 0.25f;
                break;
            case "negative":
                pictures[2].Pixels[5] = -64;
                break;
            case "missing":
                pictures[1].Pixels[3] = float.NaN;
                break;
            case "no shape":
                dimensions = [16];
                break;
            case "other shape":
                (dimensions, options.Height, options.Width) = ([16], 5, 4);
                break;
            case "contradiction":
                (options.Height, options.Width) = (2, 8);
                break;
            case "channels":
                options.Channels = 3;
                break;
            case "sizes":
                dimensions = [0];
                break;
            case "name":
                options.PixelColumnName = "Image";
                break;
            case "text":
                options.PixelColumnName = "Name";
                break;
            case "engine":
                options.Training.Engine = ComputeEngine.Managed;
                break;
        }
        var error = Assert.ThrowsAny<Exception>(() => ml.Transforms.ImageVariationalFlow(options).Fit(SmallPictures.View(ml, pictures, dimensions)));
        Assert.True(error is ArgumentException or InvalidOperationException, error.ToString());
        Assert.StartsWith(answer, error.Message);
    }

    [Fact]
    public void Rows_with_missing_pixels_can_be_left_out_and_black_images_are_told_of()
    {
        var ml = new MLContext();
        var warnings = new List<string>();
        ml.Log += (_, message) =>
        {
            if (message.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(message.Message);
        };
        Picture[] pictures = SmallPictures.Draw(40, seed: 1);
        pictures[1].Pixels[3] = float.NaN;
        Array.Clear(pictures[7].Pixels);
        var options = SmallPictures.Options(epochs: 1);
        options.Training.NonFiniteRows = NonFiniteRows.Drop;
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(SmallPictures.View(ml, pictures));
        Assert.Equal(39, model.Report.TrainingRows + model.Report.ValidationRows);
        Assert.Contains(warnings, warning => warning.EndsWith("1 of 39 images are 0 everywhere, the first in row 7 (counted from 0): ExtractPixels makes such images of missing ones, which are to be filtered out before."));
        options.Bits = 8;
        foreach (var picture in pictures)
            picture.Pixels = [.. picture.Pixels.Select(level => level > 64 ? 1f : 0f)];
        using var blackAndWhite = ml.Transforms.ImageVariationalFlow(options).Fit(SmallPictures.View(ml, pictures));
        Assert.Contains(warnings, warning => warning.Contains("No level in 'Pixels' is above 1", StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_of_another_size_is_no_image_of_the_model()
    {
        var view = SmallPictures.View(trained.Ml, [new Picture { Pixels = new float[25] }], 1, 5, 5);
        Assert.StartsWith(
            "The column 'Pixels' has images of 1 x 5 x 5 values, but the model was trained on 1 x 4 x 4: make them the same with ResizeImages and ExtractPixels.",
            Assert.Throws<ArgumentOutOfRangeException>(() => trained.Model.Transform(view)).Message);
        var shape = SchemaShapeOf(view.Schema);
        Assert.Contains("LogDensity", trained.Ml.Transforms.ImageVariationalFlow("Pixels").GetOutputSchema(shape).Select(column => column.Name));
        Assert.StartsWith("The column of pixels 'Name'", Assert.Throws<ArgumentOutOfRangeException>(() => trained.Ml.Transforms.ImageVariationalFlow("Name").GetOutputSchema(shape)).Message);
    }

    [Fact]
    public void Options_are_checked_before_anything_is_read()
    {
        var transforms = new MLContext().Transforms;
        Assert.StartsWith("Bits is 9, but must be from 1 to 8.", Assert.Throws<ArgumentOutOfRangeException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Bits = 9 })).Message);
        Assert.StartsWith("Only one of Height and Width", Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow("Pixels", height: 28)).Message);
        Assert.StartsWith("Training.Dropout is 0.1", Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Training = { Dropout = 0.1 } })).Message);
        Assert.StartsWith("CodeBitsColumnName is 'CodeBits', but only a sequential latent has words", Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { CodeBitsColumnName = "CodeBits" })).Message);
        Assert.StartsWith("PixelBitsColumnName is 'LogDensity'", Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { PixelBitsColumnName = "LogDensity" })).Message);
    }

    // As ML.NET makes it of the columns of a pipeline.
    private static SchemaShape SchemaShapeOf(DataViewSchema schema) => DataView.SchemaShapes.Of(schema);
}
