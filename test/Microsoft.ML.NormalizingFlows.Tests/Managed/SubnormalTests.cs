using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Managed.Maps;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>No subnormal number arises in a step of training where states, components or cells stand far apart, nor in an optimizer at rest.</summary>
public class SubnormalTests
{
    private const int Rows = Panel.Columns;

    // Parameters whose values tell states, components or cells apart: sums of squares and logits then differ by some tens.
    [Theory]
    [InlineData("states of their own", ".shift", 1.6f, "ExactMixture")]
    [InlineData("autoregressive states of their own", ".shift", 1.6f, "ExactMixture")]
    [InlineData("states of their own", "final.bias", 21.5f, "GumbelSoftmax")]
    [InlineData("coupling spline", "final.bias", 43f, "Clusters")]
    [InlineData("mixture base", "base.means", 1.2f, "ExactMixture")]
    [InlineData("mixture base, autoregressive", "base.means", 1.2f, "ExactMixture")]
    [InlineData("mixture base under states of their own", ".shift", 1.6f, "ExactMixture")]
    public void None_arises_where_states_stand_far_apart(string name, string parameter, float distance, string phaseName)
    {
        // A spline is the identity for points of other states, far out, and has no gradient there.
        var architecture = CompiledCases.Architecture(name) with { Map = FlowMap.Affine };
        var model = new ManagedModel<Lanes128>(architecture.ToSpec(), Apart(architecture, parameter, distance));
        var work = new LearningWork<Lanes128>(model);
        var random = new RandomStream(3);
        float[] rows = new float[Rows * architecture.Dimensions], uniforms = new float[Rows * architecture.States];
        random.FillNormal(rows);
        random.FillUniform(uniforms, 1e-6f, 1 - 1e-6f);
        float[][] centers = [.. Enumerable.Range(0, architecture.States).Select(k => Numbers.Normal(architecture.Dimensions, 1, (ulong)(50 + k)))];
        work.Load(rows, Rows, 0, Rows);
        PanelObjective<Lanes128> objective = Enum.Parse<LearningPhase>(phaseName) switch
        {
            LearningPhase.Clusters => new ClusterObjective<Lanes128>(model, centers),
            LearningPhase.GumbelSoftmax => new GumbelObjective<Lanes128>(model),
            _ => new MixtureObjective<Lanes128>(model),
        };
        objective.Add(work, uniforms, null);

        Assert.Contains(work.Gradient.Learned.ToArray(), value => value != 0);
        PanelTape[] tapes = [.. Enumerable.Range(0, architecture.States).Select(work.Tape)];
        var buffers = new Dictionary<string, float[]>
        {
            ["shares"] = work.Shares.Span.ToArray(),
            ["weights"] = work.Weights.Span.ToArray(),
            ["context"] = work.Context.Span.ToArray(),
            ["by points"] = work.Room.Points.Span.ToArray(),
            ["by earlier points"] = work.Room.NextPoints.Span.ToArray(),
            ["by hidden units"] = work.Room.Hidden.Span.ToArray(),
            ["by parameters of maps"] = [.. tapes.SelectMany(tape => tape.Layers).SelectMany(layer => layer.Conditioner.Output.Span.ToArray())],
            ["by the learned"] = work.Gradient.Learned.ToArray(),
            ["by the derived"] = work.Gradient.Derived.ToArray(),
            ["activated"] = work.Scratch.Activated.ToArray(),
            ["delta"] = work.Scratch.Delta.ToArray(),
            ["components"] = [.. tapes.SelectMany(tape => tape.Components?.Span.ToArray() ?? [])],
        };
        Assert.All(buffers, buffer => Assert.True(Subnormal(buffer.Value) == 0, $"{Subnormal(buffer.Value)} of {buffer.Value.Length} numbers in {buffer.Key}"));
    }

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void None_arises_in_mixtures_of_logistics_far_from_some_components(int lanes) => Width.Run(lanes, Mix<Lanes128>, Mix<Lanes256>, Mix<Lanes512>);

    private static void Mix<T>() where T : unmanaged, ILanes<T>
    {
        const int features = 4;
        var map = new ManagedMixtureMap<T>(new MixtureMapSpec(MixtureComponent.Logistic, 8));
        float[] raw = Numbers.Rows(features * map.ParametersPerFeature, 20, 1), x = Numbers.Rows(features, 20, 2), y = new float[x.Length], log = new float[Panel.Columns];
        float[] gX = Numbers.Rows(features, 1e-3, 3), gLog = Numbers.Rows(1, 1e-3, 4), scratch = new float[map.ScratchLength];
        map.Forward(raw, x, y, log, features, Panel.Columns, scratch);
        map.Backward(raw, x, gX, gLog, features, Panel.Columns, scratch);
        Assert.Equal(0, Subnormal(y) + Subnormal(log) + Subnormal(scratch));
        Assert.Equal(0, Subnormal(raw));
        Assert.Equal(0, Subnormal(gX));
    }

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Moments_of_gradients_that_cease_end_at_zero(int lanes) => Width.Run(lanes, Cease<Lanes128>, Cease<Lanes256>, Cease<Lanes512>);

    [Fact]
    public void A_point_that_is_nearly_zero_is_zero()
    {
        var standardization = new RowStandardization<Lanes128>([0, 1], [1, 1], 2);
        var panel = new float[2 * Panel.Columns];
        standardization.Load([1e-40f, 1e-40f, -1e-39f, float.NaN], 2, panel, 4);
        Assert.Equal([0, 0, 0, 0], panel[..4]);
        Assert.Equal([-1, float.NaN, 0, 0], panel[Panel.Columns..(Panel.Columns + 4)]);
    }

    private static void Cease<T>() where T : unmanaged, ILanes<T>
    {
        const int length = 32;
        float[] values = Numbers.Normal(length, 1, 1), gradient = Numbers.Normal(length, 1e-19, 2);
        float[] mean = new float[length], square = new float[length], nearlyZero = Numbers.Filled(length, 1e-37f);
        Take(values, 1, 20);
        Take(nearlyZero, 1, 20);
        Array.Fill(mean, 0.1f);
        Array.Fill(square, 1e-28f);
        Array.Clear(gradient);
        Take(values, 21, 12_000);
        Assert.Equal(new float[length], mean);
        Assert.Equal(new float[length], square);

        void Take(float[] parameters, int first, int last)
        {
            for (int step = first; step <= last; step++)
            {
                AdamKernel<T>.Update(new AdamStep(step, 1e-3, 0.1, 1, 5), parameters, gradient, mean, square);
                Assert.Equal(0, Subnormal(mean) + Subnormal(square) + Subnormal(parameters));
            }
        }
    }

    private static int Subnormal(ReadOnlySpan<float> values)
    {
        int count = 0;
        foreach (float value in values)
            count += float.IsSubnormal(value) ? 1 : 0;
        return count;
    }

    // A start whose states, components or logits with that name lie further and further from the first.
    private static List<NamedArray> Apart(FlowArchitecture architecture, string parameter, float distance)
    {
        float[] shift = new float[architecture.Dimensions], scale = Numbers.Filled(architecture.Dimensions, 1);
        var arrays = FlowStart.Create(architecture.ToSpec(), architecture.Seed, shift, scale).ToList();
        int place = arrays.FindIndex(array => array.Name.EndsWith(parameter, StringComparison.Ordinal) && array.Name != ParameterNames.Shift
            && !array.Name.Contains("conditioner", StringComparison.Ordinal));
        int columns = arrays[place].Shape.Length > 1 ? (int)arrays[place].Shape[1] : 1;
        for (int i = 0; i < arrays[place].Values.Length; i++)
            arrays[place].Values[i] = -distance * (i / columns) * (columns > 1 ? 4 : 1);
        return arrays;
    }
}
