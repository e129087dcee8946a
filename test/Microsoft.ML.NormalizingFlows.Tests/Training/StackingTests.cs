using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class StackingTests
{
    private const int Dimensions = 6;

    // A chain: each feature hangs on the one before it.
    private static float[][] Chain(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Chain(random))];
    }

    private static float[] Chain(RandomStream random)
    {
        var row = new float[Dimensions];
        for (int i = 0; i < Dimensions; i++)
            row[i] = (float)((i == 0 ? 0 : 0.9 * row[i - 1]) + (i == 0 ? 1 : Math.Sqrt(1 - 0.81)) * random.NextNormal());
        return row;
    }

    private static readonly double s_entropy = Dimensions * 0.5 * Math.Log(2 * Math.PI * Math.E) + (Dimensions - 1) * 0.5 * Math.Log(1 - 0.81);

    // A flow that has learned nothing: features apart from each other, each Normal.
    private static FlowModel Untrained(TrainingData data)
    {
        var architecture = new FlowArchitecture { Dimensions = data.Scale.Dimensions, Layers = 1, HiddenUnits = 4, Map = FlowMap.Affine, Seed = 3 };
        var spec = architecture.ToSpec();
        var model = new FlowModel([new FlowMember(spec, FlowStart.Create(spec, 3, data.Scale.Shift, data.Scale.Scale))], CompiledCases.NoReport);
        return model with { Report = model.Report with { ValidationLogDensity = Mean(model, data.Validation) } };
    }

    private static double Mean(FlowModel model, RowTable rows)
    {
        using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
        return -Validation.Of(evaluator, rows).Loss;
    }

    private static RowTable Table(float[][] rows)
    {
        var table = new RowTable(rows[0].Length);
        foreach (float[] row in rows)
            table.Add(row);
        return table;
    }

    private static FlowModel Beside(FlowModel flows, TrainingData data, ListLog? log = null, params FlowModel[] others) => new Stacking(data, ComputeDevice.Cpu, seed: 5, log ?? new ListLog()).Beside(flows, others);

    private static TrainingData Read(float[][] rows) => TrainingData.Read(new ArrayRows(rows), null, new TrainingSettings(), seed: 1);

    [Fact]
    public void Rows_that_are_Gaussian_get_a_Gaussian_beside_the_flows_that_held_out_rows_give_nearly_all()
    {
        var data = Read(Chain(300, seed: 1));
        var log = new ListLog();
        var model = Beside(Untrained(data), data, log);
        var mixture = model.Members[^1];
        Assert.Equal((2, 1, true), (model.Members.Count, model.Flows.Count, mixture.IsMixture));
        Assert.InRange(model.Report.GaussianShare, 0.9, 1);
        Assert.Equal(model.Report.GaussianShare, model.Shares[^1], 1e-12);
        Assert.Equal(1, model.Shares.Sum(), 1e-12);
        Assert.Contains(log.Infos, message => message.StartsWith("Beside the flows, a Gaussian has a share of 0.9", StringComparison.Ordinal));

        // 300 rows tell 27 numbers of a Gaussian to about 27 / (2 * 270) nats.
        Assert.InRange(Mean(model, Table(Chain(4_000, seed: 2))), -s_entropy - 0.25, -s_entropy + 0.05);
        Assert.Equal(Mean(model, data.Validation), model.Report.ValidationLogDensity, 1e-4);
    }

    [Fact]
    public void Groups_of_a_few_rows_get_several_Gaussians()
    {
        float[][] rows = new GaussianMixture([[0, 0], [9, 0], [0, 9]], 0.3).Draw(200, 1).Rows;
        var data = Read(rows);
        var log = new ListLog();
        var model = Beside(Untrained(data), data, log);
        Assert.InRange(model.Report.GaussianShare, 0.9, 1);
        Assert.Contains(log.Infos, message => message.StartsWith("Beside the flows, a mixture of ", StringComparison.Ordinal));
        Assert.InRange(Mean(model, Table(new GaussianMixture([[0, 0], [9, 0], [0, 9]], 0.3).Draw(2_000, 2).Rows)), Entropy() - 0.25, Entropy() + 0.1);

        static double Entropy() => -Math.Log(3) - Math.Log(2 * Math.PI * Math.E * 0.09);
    }

    [Fact]
    public void A_flow_that_was_not_chosen_is_set_beside_the_others_where_it_knows_what_they_do_not()
    {
        // Half of the rows are here and half there: each flow knows one half.
        float[][] rows = [.. new GaussianMixture([[-40, -40, -40]], 1).Draw(300, 1).Rows, .. new GaussianMixture([[40, 40, 40]], 1).Draw(300, 2).Rows];
        var data = Read(rows);
        FlowModel here = Around(-40), there = Around(40), useless = Around(0);
        var model = Beside(here, data, null, there, useless);
        Assert.Equal(2, model.Flows.Count);
        Assert.Same(there.Members[0].Arrays, model.Flows[1].Arrays);
        Assert.Equal(2, model.Report.EnsembleSize);
        Assert.InRange(model.Shares[1] / model.Shares[0], 0.5, 2);
        Assert.Equal(Mean(model, data.Validation), model.Report.ValidationLogDensity, 1e-3);

        FlowModel Around(float middle)
        {
            var untrained = Untrained(data);
            NamedArray[] arrays = [.. untrained.Members[0].Arrays.Select(array => array.Name switch
            {
                ParameterNames.Shift => array with { Values = [middle, middle, middle] },
                ParameterNames.Scale => array with { Values = [1, 1, 1] },
                _ => array,
            })];
            var flow = new FlowModel([new FlowMember(untrained.Members[0].Spec, arrays)], untrained.Report);
            return flow with { Report = flow.Report with { ValidationLogDensity = Mean(flow, data.Validation) } };
        }
    }

    // A flow that knows that values are uniform: no Gaussian is any help, and few held-out rows tell.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_of_no_use_costs_next_to_nothing(ulong seed)
    {
        var random = new RandomStream(seed);
        var data = Read([.. Enumerable.Range(0, 400).Select(_ => Row())]);
        var architecture = new FlowArchitecture { Dimensions = 3, Layers = 2, HiddenUnits = 16, Seed = seed };
        var flows = FlowTrainer.Train(architecture, new TrainingSettings { Epochs = 60 }, new ArrayRows([.. Enumerable.Range(0, 2_000).Select(_ => Row())]), null, null, new ListLog());
        var fresh = Table([.. Enumerable.Range(0, 4_000).Select(_ => Row())]);
        Assert.InRange(Mean(Beside(flows, data, null, Untrained(data)), fresh) - Mean(flows, fresh), -0.02, 0.05);

        float[] Row() => [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextUniform())];
    }

    [Fact]
    public void A_default_training_of_few_Gaussian_rows_is_about_as_good_as_their_Gaussian_and_a_warm_start_keeps_that()
    {
        var architecture = new FlowArchitecture { Dimensions = Dimensions, Layers = 2, HiddenUnits = 8, Seed = 4 };
        var settings = new TrainingSettings { ChoosesLatent = true, Epochs = 10, BatchSize = 64 };
        float[][] rows = Chain(200, seed: 7);
        var model = FlowTrainer.Train(architecture, settings, new ArrayRows(rows), null, null, new ListLog());
        Assert.Equal((3, 4), (model.Report.EnsembleSize, model.Members.Count));
        Assert.True(model.Report.GaussianShare > 0.5, $"{model.Report.GaussianShare}");
        Assert.InRange(Mean(model, Table(Chain(4_000, seed: 2))), -s_entropy - 0.3, -s_entropy + 0.05);

        var warm = FlowTrainer.Train(architecture, settings with { ChoosesLatent = false, Epochs = 2 }, new ArrayRows(rows), null, model, new ListLog());
        Assert.Equal((3, true), (warm.Flows.Count, warm.Members[^1].IsMixture));
        Assert.True(warm.Report.GaussianShare > 0.5, $"{warm.Report.GaussianShare}");
    }

    [Fact]
    public void Quantiles_of_one_feature_are_those_of_flows_and_Gaussian_together()
    {
        var random = new RandomStream(3);
        float[][] rows = [.. Enumerable.Range(0, 200).Select(_ => new[] { (float)(10 + 2 * random.NextNormal()) })];
        var data = Read(rows);
        var model = Beside(Wide(Untrained(data)), data);
        Assert.InRange(model.Report.GaussianShare, 0.5, 0.999);
        using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
        double[] levels = [0.05, 0.5, 0.95];
        var values = new float[3];
        evaluator.Quantiles(new float[1], 1, levels, values);
        Assert.InRange(values[1], 9.5, 10.5);
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.Cumulative, 3);
        evaluator.Score(values, 3, scores);
        for (int i = 0; i < 3; i++)
            Assert.Equal(levels[i], scores.Cumulative[i], 1e-4);

        // A flow that is three times as wide as the rows.
        static FlowModel Wide(FlowModel flow) => new([flow.Members[0] with { Arrays = [.. flow.Members[0].Arrays.Select(array => array.Name == ParameterNames.Scale ? array with { Values = [3 * array.Values[0]] } : array)] }], flow.Report);
    }

    [Fact]
    public void Whoever_names_the_latent_or_the_number_of_flows_gets_those_alone()
    {
        var architecture = new FlowArchitecture { Dimensions = Dimensions, Layers = 1, HiddenUnits = 4, Seed = 4 };
        foreach (var settings in new TrainingSettings[] { new() { ChoosesLatent = true, EnsembleSize = 1 }, new() })
        {
            var model = FlowTrainer.Train(architecture, settings with { Epochs = 2 }, new ArrayRows(Chain(200, seed: 7)), null, null, new ListLog());
            Assert.Equal((1, 0), (model.Members.Count, model.Report.GaussianShare));
        }
    }
}
