using System.Reflection;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.SearchSpace;
using SearchSample;
using SearchSample.Space;
using SearchSample.Trials;

namespace Programs.Tests.Samples.Search;

/// <summary>The search draws what the options allow, and spends its time on the best of it.</summary>
public sealed class SearchTests
{
    private static readonly OptionSpace s_space = OptionSpace.All();

    [Fact]
    public void Whatever_is_drawn_is_within_its_range_and_valid()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            var values = s_space.Draw(random);
            var options = new NormalizingVariationalFlowOptions();
            s_space.Set(options, values);
            options.Validate();
            foreach (object part in new object[] { options.Flow.Latent, options.Flow, options.Training })
            {
                foreach (var property in part.GetType().GetProperties())
                {
                    if (property.GetCustomAttribute<RangeAttribute>() is { } range)
                        Assert.InRange(Convert.ToDouble(property.GetValue(part)), Convert.ToDouble(range.Min), Convert.ToDouble(range.Max));
                }
            }
            Assert.Equal(values["StateStandardization"], Assert.IsType<DiscreteFlowLatent>(options.Flow.Latent).StateStandardization);
        }
        Assert.Contains(s_space.Options, option => option.Name == nameof(DiscreteFlowLatent.StateStandardization) && option.Type == typeof(bool));
    }

    [Fact]
    public void A_logarithmic_range_is_drawn_evenly_in_the_logarithm_and_whole_numbers_reach_their_ends()
    {
        SearchedOption rate = s_space.Options.Single(option => option.Name == nameof(TrainingOptions.LearningRate));
        SearchedOption blocks = s_space.Options.Single(option => option.Name == nameof(FlowOptions.Blocks));
        var random = new Random(1);
        double[] rates = [.. Enumerable.Range(0, 2_000).Select(_ => (double)rate.Draw(random))];
        double middle = Math.Sqrt(rates.Min() * rates.Max());
        Assert.InRange(rates.Count(value => value < middle), 900, 1_100);
        int[] counts = [.. Enumerable.Range(0, 3_000).Select(_ => (int)blocks.Draw(random)).GroupBy(value => value).OrderBy(group => group.Key).Select(group => group.Count())];
        Assert.Equal(3, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void A_space_can_be_cut_down()
    {
        Assert.DoesNotContain(s_space.Without("States").Options, option => option.Name == "States");
        Assert.Equal(["Layers", "LearningRate"], s_space.Only(["learningrate", "Layers"]).Options.Select(option => option.Name).Order());
        var states = s_space.UpTo("States", 4).Only(["States"]);
        var random = new Random(1);
        Assert.All(Enumerable.Range(0, 200), _ => Assert.InRange((int)states.Draw(random)["States"], 1, 4));
        Assert.Contains("'Epoch' is no option to search; there are ", Assert.Throws<ArgumentException>(() => s_space.Only(["Epoch"])).Message);
    }

    [Fact]
    public void Each_round_trains_a_third_for_three_times_as_long_and_the_best_survives()
    {
        var halving = new SuccessiveHalving(27, firstEpochs: 2);
        Assert.Equal([27, 9, 3], halving.Sizes);
        Assert.Equal([2, 6, 18], Enumerable.Range(0, halving.Rounds).Select(halving.Epochs));
        Assert.Equal([3], new SuccessiveHalving(3, 1).Sizes);
        Trial[] trials = Trials(27);
        // The later the round, the finer the score: at first trials 13 to 15 look alike.
        halving.Run(trials, (trial, round) => -Math.Round(Math.Abs(trial.Number - 14.0) / 3, round == 0 ? 0 : 3), CancellationToken.None);
        Assert.Equal(14, SuccessiveHalving.Ranked(trials).First().Number);
        Assert.Equal([18, 6, 3], trials.GroupBy(trial => trial.Rounds).OrderBy(group => group.Key).Select(group => group.Count()));
    }

    [Fact]
    public void A_search_that_is_stopped_keeps_what_it_has_and_a_failed_trial_is_last()
    {
        using var stop = new CancellationTokenSource();
        Trial[] trials = Trials(9);
        new SuccessiveHalving(9, 1).Run(trials, (trial, _) =>
        {
            if (trial.Number == 5)
            {
                stop.Cancel();
                stop.Token.ThrowIfCancellationRequested();
            }
            return trial.Number == 3 ? double.NaN : -trial.Number;
        }, stop.Token);
        Assert.Equal([1, 2, 4, 3], SuccessiveHalving.Ranked(trials).Take(4).Select(trial => trial.Number));
        Assert.All(trials.Skip(4), trial => Assert.Equal(0, trial.Rounds));
    }

    [Fact]
    public void Trials_are_drawn_written_down_and_ready_to_copy()
    {
        var space = s_space.Only(["LearningRate", "Layers", "StateStandardization"]);
        var halving = new SuccessiveHalving(9, 4);
        var random = new Random(1);
        Trial[] trials = [.. Enumerable.Range(1, 9).Select(number => new Trial(number, space.Draw(random)))];
        halving.Run(trials, (trial, round) => -trial.Number - 0.1 * round, CancellationToken.None);
        string svg = SearchFigure.Draw(space, trials, halving, "nine").ToSvg();
        Assert.All(space.Options, option => Assert.Contains($">{option.Name}</text>", svg));
        Assert.Contains(">12 epochs</text>", svg);
        string path = Path.GetTempFileName();
        try
        {
            TrialFile.Save(path, space, trials);
            string[] lines = File.ReadAllLines(path);
            Assert.Equal("Trial,StateStandardization,Layers,LearningRate,Round1,Round2", lines[0]);
            Assert.EndsWith(",-1.0000,-1.1000", lines[1]);
            Assert.EndsWith(",-9.0000,", lines[9]);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Matches(
            @"^new NormalizingVariationalFlowOptions \{ Flow = \{ Latent = FlowLatent.Discrete\(1\) with \{ StateStandardization = (true|false) \}, Layers = \d+ \}, Training = \{ LearningRate = [\d.E-]+ \} \}$",
            BestTrials.Code(space, trials[0]));
        var rate = s_space.Only(["LearningRate"]);
        Assert.Matches(@"^new NormalizingVariationalFlowOptions \{ Training = \{ LearningRate = [\d.E-]+ \} \}$", BestTrials.Code(rate, new Trial(1, rate.Draw(random))));
    }

    [Fact]
    public void Arguments_that_cannot_be_understood_are_answered_in_a_sentence()
    {
        SearchSample.CommandLine command = SearchSample.CommandLine.Parse(["t.csv", "--trials", "9", "--options", "Layers, Bins", "--out", "a.svg"]);
        Assert.Equal(("t.csv", 9, 6, "a.svg"), (command.Csv, command.Trials, command.Epochs, command.Figure));
        Assert.Equal(["Layers", "Bins"], command.Options);
        Says("--trials takes a whole number from 3 to 10,000, not '2'.", "--trials", "2");
        Says("--seed needs a value after it.", "--seed");
        Says("There is no option --what.", "--what");
        Says("One table at a time: 'a.csv' or 'b.csv'.", "a.csv", "b.csv");

        static void Says(string what, params string[] arguments) => Assert.Equal(what, Assert.Throws<ArgumentException>(() => SearchSample.CommandLine.Parse(arguments)).Message);
    }

    private static Trial[] Trials(int count) => [.. Enumerable.Range(1, count).Select(number => new Trial(number, new Dictionary<string, object>()))];
}
