using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class AnomalyFileTests
{
    private static readonly IsolationForest.Node s_end = new(IsolationForest.Leaf, 1, 0);

    private static readonly AnomalyFile s_file = new(
        new FlowFile(Fake.AllColumns, Fake.Model),
        new AnomalyColumns("Score", "Label", null, "Why", null, ExplainOnlyAnomalies: true),
        AnomalyJudge.Of(AnomalyScore.Typicality, [-3, -5, -1], 0.5, contamination: 0),
        new UsualValues(2, [.. Enumerable.Range(0, 32).Select(i => (float)i)]),
        Views: null);

    private static readonly AnomalyFile s_surprise = s_file with
    {
        Judge = AnomalyJudge.Of(AnomalyScore.Surprise, [-3, -5, -1], 0.5, contamination: 0),
        Views = Views(new LocalStates([1, 2], [3, 4], [1, 2, 3, 4, 5, 6], [0, 1, 2], neighbours: 1, hasRatio: true)),
    };

    private static readonly SurpriseViews s_forest = Views(new LocalStates([1, 2], [3, 0], [1, 2, 3, 4, 5, 6], [0, 1, 2], neighbours: 1, hasRatio: false));

    [Fact]
    public void What_is_written_is_read()
    {
        var read = Read(Bytes());
        Assert.Equal(s_file.Columns, read.Columns);
        Assert.Equal(s_file.Judge with { HeldOut = read.Judge.HeldOut }, read.Judge);
        Assert.Equal(s_file.Judge.HeldOut.Descending, read.Judge.HeldOut.Descending);
        Assert.Equal(s_file.Usual.Values, read.Usual.Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Local_states_and_trees_are_read_as_they_were_written(bool hasRatio)
    {
        var written = hasRatio ? s_surprise.Views! : s_forest;
        var read = Read(Bytes(s_surprise with { Views = written })).Views!;
        Assert.Equal((written.Local.Neighbours, written.Local.HasRatio), (read.Local.Neighbours, read.Local.HasRatio));
        Assert.Equal(written.Local.Shift.Concat(written.Local.Scale).Concat(written.Local.Radii), read.Local.Shift.Concat(read.Local.Scale).Concat(read.Local.Radii));
        Assert.Equal(written.Local.ByFeature, read.Local.ByFeature);
        Assert.Equal(written.Forest?.Nodes, read.Forest?.Nodes);
        Assert.Equal(written.Relations?.Residuals.SelectMany(residual => residual.Weights.Append(residual.Mean)), read.Relations?.Residuals.SelectMany(residual => residual.Weights.Append(residual.Mean)));
        Assert.Equal(written.Relations?.Scale.Values.Append(written.Relations.Scale.Excess), read.Relations?.Scale.Values.Append(read.Relations.Scale.Excess));
        Assert.Equal(Values(written.Gaussians), Values(read.Gaussians));
        Assert.Equal(written.Scales.SelectMany(scale => scale.Values.Append(scale.Excess)), read.Scales.SelectMany(scale => scale.Values.Append(scale.Excess)));
    }

    [Fact]
    public void A_file_from_before_there_were_Gaussians_is_read()
    {
        byte[] bytes = Bytes(s_surprise with { Views = s_surprise.Views! with { Gaussians = null } });
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
        {
            s_surprise.Flow.Write(writer);
            var reader = new BinaryReader(new MemoryStream(bytes));
            FlowFile.Read(reader);
            // All but their number, 0.
            var frame = new SealedContent(mark: 0x4E41564E, version: 1, "a detector");
            byte[] content = frame.Read(reader, (inner, _) => inner.ReadBytes(int.MaxValue / 2));
            frame.Write(writer, inner => inner.Write(content[..^sizeof(int)]));
        }
        var read = Read(stream.ToArray());
        Assert.Equal(s_surprise.Views!.Local.ByFeature, read.Views!.Local.ByFeature);
        Assert.Null(read.Views.Gaussians);
    }

    // Whoever makes a file can seal it as well: what is in it is checked.
    public static TheoryData<string> HostileStates => ["neighbours", "prototypes", "features", "scale", "NaN", "many", "far", "radius", "quantiles", "order", "excess", "views", "tree", "feature", "path", "end", "cut", "relations", "wide", "narrow", "weight", "Gaussians", "factor", "mean", "share"];

    [Theory]
    [MemberData(nameof(HostileStates))]
    public void Local_states_that_cannot_be_are_refused(string what)
    {
        var good = s_surprise.Views!;
        float[] shift = [1, 2], scale = [3, 4], prototypes = [1, 2, 3, 4, 5, 6], radii = [0, 1, 2];
        SurpriseViews views = what switch
        {
            "neighbours" => Views(new LocalStates(shift, scale, prototypes, radii, 3, true)),
            "prototypes" => Views(new LocalStates(shift, scale, [1, 2, 3], radii, 1, true)),
            "features" => Views(new LocalStates([1], scale, prototypes, radii, 1, true)),
            "scale" => Views(new LocalStates(shift, [3, -1], prototypes, radii, 1, true)),
            "NaN" => Views(new LocalStates(shift, scale, [1, 2, 3, 4, 5, float.NaN], radii, 1, true)),
            "many" => Views(new LocalStates(shift, scale, new float[2 * 2_001], new float[2_001], 1, true)),
            "far" => Views(new LocalStates(shift, scale, [1, 2, 3, 4, 5, 1e30f], radii, 1, true)),
            "radius" => Views(new LocalStates(shift, scale, prototypes, [0, 1, 1e30f], 1, true)),
            "quantiles" => good with { Scales = [new SurpriseScale([1, 2, 3], 1), .. good.Scales.Skip(1)] },
            "order" => good with { Scales = [new SurpriseScale([.. good.Scales[0].Values.Reverse()], 1), .. good.Scales.Skip(1)] },
            "excess" => good with { Scales = [new SurpriseScale(good.Scales[0].Values, 0), .. good.Scales.Skip(1)] },
            "views" => good with { Scales = [good.Scales[0]] },
            "tree" => s_forest with { Forest = Forest([]) },
            "feature" => s_forest with { Forest = Forest([new(2, 0.5f, 1), s_end, s_end]) },
            "path" => s_forest with { Forest = Forest([new(0, 0.5f, 1), s_end, new(0, 0.5f, 0)]) },
            "end" => s_forest with { Forest = Forest([new(0, 0.5f, 2), s_end, s_end]) },
            "cut" => s_forest with { Forest = Forest([new(0, float.NaN, 1), s_end, s_end]) },
            "relations" => s_forest with { Relations = Relations([1, 1], [1, 1]) },
            "wide" => s_forest with { Relations = Relations([1, 1, 1]) },
            "narrow" => s_forest with { Relations = Relations([1]) },
            "weight" => s_forest with { Relations = Relations([1, double.PositiveInfinity]) },
            "Gaussians" => good with { Gaussians = Gaussians([.. Enumerable.Repeat(-5.0, GaussianView.MaximumGaussians + 2)]) },
            "factor" => good with { Gaussians = Gaussians([0], factor: 0) },
            "mean" => good with { Gaussians = Gaussians([0], mean: double.NaN) },
            "share" => good with { Gaussians = Gaussians([1]) },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
        Assert.Contains("The model file is damaged", Assert.Throws<FormatException>(() => Read(Bytes(s_surprise with { Views = views }))).Message);
    }

    [Fact]
    public void No_byte_can_be_changed_unnoticed()
    {
        byte[] bytes = Bytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Throws<FormatException>(() => Read(bytes));
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        byte[] bytes = Bytes();
        for (int length = 0; length < bytes.Length; length += 7)
            Assert.Throws<FormatException>(() => Read(bytes[..length]));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-1e38)]
    [InlineData(double.NaN)]
    public void A_usual_score_that_leaves_no_room_for_others_is_refused(double usual)
    {
        byte[] bytes = Bytes(s_file with { Judge = s_file.Judge with { MeanNegativeLogLikelihood = usual } });
        Assert.Contains("is no number that it can be", Assert.Throws<FormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static SurpriseViews Views(LocalStates local) =>
        new(local, local.HasRatio ? null : Forest([new(1, 0.5f, 1), s_end, s_end]), [.. Enumerable.Range(0, 3).Select(i => SurpriseScale.Of([i, i + 1, i + 5]))], local.HasRatio ? null : Relations([-30, 31]), local.HasRatio ? Gaussians([-1, -2]) : null);

    private static GaussianView Gaussians(double[] logWeights, double mean = 3, double factor = 0.5) =>
        new(new ShrunkMixture(logWeights, [.. logWeights.Select(_ => ShrunkGaussian.WithFactor([mean, -1], [[factor], [-2, 0.25]]))]), SurpriseScale.Of([-2, -1, 7]));

    private static IEnumerable<double> Values(GaussianView? view) => view is null ? [] :
        [.. view.Mixture.LogWeights, .. view.Mixture.Components.SelectMany(component => component.Mean.Concat(component.Factor.SelectMany(row => row))), .. view.Scale.Values, view.Scale.Excess];

    private static LinearRelations Relations(params double[][] weights) => new([.. weights.Select(of => new LinearResidual(of, 0.5))], SurpriseScale.Of([-2, -1, 1]));

    private static IsolationForest Forest(IsolationForest.Node[] tree) => new([.. Enumerable.Repeat(tree, IsolationForest.Trees)]);

    private static byte[] Bytes(AnomalyFile? file = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        (file ?? s_file).Write(writer);
        return stream.ToArray();
    }

    private static AnomalyFile Read(byte[] bytes) => AnomalyFile.Read(new BinaryReader(new MemoryStream(bytes)));
}
