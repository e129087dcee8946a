using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Plots;
using NotebookSample.Cells;
using ScottPlot;

namespace NotebookSample;

/// <summary>The notebook: a program to be read from top to bottom, whose cells become the page.</summary>
internal sealed class Walkthrough : NotebookProgram
{
    public override void Run()
    {
        // %% [markdown]
        // # What a table knows: density, anomalies, clusters and synthetic rows
        //
        // You have a table. Which of its rows are odd? Which kinds of rows are there? Can you give away rows that look like yours, and are
        // not? These are one question: **how likely is a row?** A *normalizing flow* learns the answer from the rows alone, with no label. You
        // need not know how it works: in ML.NET it is an estimator as any other.
        //
        // The table here is a made-up market of used cars, `cars.csv`, which lies beside this page. Sixteen of its advertisements have
        // something wrong. The column `Note` says what; no model sees it, and we shall see who finds them.

        // %%
        var ml = new MLContext(seed: 1);
        DataFrame cars = DataFrame.LoadCsv("cars.csv");
        DataFrameColumn notes = cars["Note"];
        cars.Columns.Remove(notes);
        Show($"{cars.Rows.Count} cars");
        Show(cars.Head(6));

        // %% [markdown]
        // A `DataFrame` is an `IDataView`, so that it goes into every pipeline as it is. First look at the numbers: age in years, mileage in
        // km, power in kW, price in euros. Some sellers do not tell the mileage.

        // %%
        string[] numbers = ["Age", "Mileage", "Power", "Price"];
        Show(FlowPlots.Pairs(cars, null, numbers));

        // %% [markdown]
        // ## A density of two columns
        //
        // Two columns can be drawn, so begin with age and price. `Fit` holds out a part of the rows by itself, stops when the model gets no better
        // on them, and tells of each epoch.

        // %%
        var history = new TrainingHistory(Progress("age and price"));
        var ageAndPrice = ml.Transforms.Concatenate("Features", "Age", "Price")
            .Append(ml.Transforms.NormalizingVariationalFlow(new() { Training = { Progress = history } }))
            .Fit(cars);
        Show(FlowPlots.Density(ageAndPrice.LastTransformer, ageAndPrice.Transform(cars)));

        // %% [markdown]
        // Left the cars, in the middle how likely the flow finds each age and price, right cars that it draws itself. Nobody told it that
        // there are kinds of cars, nor that value fades with age.
        //
        // The new column `LogDensity` is the natural logarithm of the density, in *nats*. Its level depends on the units of the columns and says
        // nothing by itself; **differences** do: 2.3 nats less is ten times, 7 nats less a thousand times as rare. Ask for four cars:

        // %%
        var asked = new DataFrame(
            new SingleDataFrameColumn("Age", [2, 10, 10, 2]),
            new SingleDataFrameColumn("Price", [12_000, 5_000, 25_000, 2_000]));
        Show(ageAndPrice.Transform(asked).ToDataFrame(-1, "Age", "Price", "LogDensity"));

        // %% [markdown]
        // The first two are common, the third is a well-kept sports car, the last is too good to be true.
        //
        // A density answers other questions as well. Cut through the picture at an age, and you have what cars of that age cost:

        // %%
        float[] prices = [.. Enumerable.Range(1, 500).Select(i => 100f * i)];
        Plot cost = FlowTheme.NewPlot(labelX: "price in euros", labelY: "% of the cars in 100 euros");
        float[] ages = [2, 6, 12];
        foreach (float age in ages)
        {
            var cut = new DataFrame(
                new SingleDataFrameColumn("Age", prices.Select(_ => age)),
                new SingleDataFrameColumn("Price", prices));
            var logDensities = ageAndPrice.Transform(cut).GetColumn<float>("LogDensity");
            double[] density = [.. logDensities.Select(nats => Math.Exp(nats))];
            double sum = density.Sum();
            cost.Add.Curve(
                prices.Zip(density, (price, at) => ((double)price, 100 * at / sum)),
                FlowTheme.Group(Array.IndexOf(ages, age)), $"{age} years old");
        }
        Show(new PlotGrid("What cars of an age cost") { PlotWidth = 620, PlotHeight = 260 }.Add(cost));

        // %% [markdown]
        // How training went is worth a look: the two lines should rise together and end flat. By default there are short trials first,
        // which choose the kind of flow, and then one flow or several, whose mean is the model.

        // %%
        Show(FlowPlots.Training(history.Epochs));

        // %% [markdown]
        // ## Which cars are odd
        //
        // Now all four numbers. The detector's `Score` says how odd a car is to the flow and among the cars next to it, and its threshold lets
        // through all but one in a hundred of usual cars. It is set on rows that were held out, and `PValue` says what share of these is at least as odd.
        //
        // Two options say what we know: about one car in a hundred has something wrong, so that this many need not be learned, and a car
        // without a mileage is left out.

        // %%
        var detector = ml.Transforms.Concatenate("Features", numbers)
            .Append(ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new()
            {
                FalsePositiveRate = 0.01,
                Contamination = 0.01,
                FeatureContributionsColumnName = "Contributions",
                ExpectedFeaturesColumnName = "Expected",
                Training = { NonFiniteRows = NonFiniteRows.Drop, Progress = Progress("detector") },
            }))
            .Fit(cars);
        IDataView judged = detector.Transform(cars);
        Show(FlowPlots.Scores(judged, detector.LastTransformer.Threshold));

        // %% [markdown]
        // Look at the twenty oddest cars, now with the notes. The detector also knows why: for each number it says how many nats a usual
        // value in its place would save, and which value.

        // %%
        DataFrame scores = judged.ToDataFrame(-1, "Fuel", "Age", "Mileage", "Power", "Price", "Score");
        scores.Columns.Add(notes);
        DataFrame oddest = scores.OrderByDescending("Score").Head(20);

        string Why(float[] nats, float[] expected)
        {
            int most = Array.IndexOf(nats, nats.Max());
            return $"{numbers[most]}: {expected[most]:N0} would save {nats[most]:F1} nats";
        }
        IDataView explained = detector.Transform(oddest);
        var nats = explained.GetColumn<float[]>("Contributions");
        var expected = explained.GetColumn<float[]>("Expected");
        oddest.Columns.Add(new StringDataFrameColumn("Why", nats.Zip(expected, Why)));
        Show(oddest);

        int WithNote(DataFrame some) => ((StringDataFrameColumn)some["Note"]).Count(note => note != "");
        Show($"{WithNote(oddest)} of the {WithNote(scores)} that are wrong are among these");

        // %% [markdown]
        // Those without a note are right, and yet rare, such as the dearest car, or one that was driven far more than others. A detector
        // finds what is rare; what is wrong is for you to say. And a wrong car that looks like some other car is not found at all.
        //
        // ## Which kinds of cars there are
        //
        // Clusters come from the same idea: a kind of car is a hill of the density. They need not be round, and you need not say
        // how many there are; then three flows must agree on a number.

        // %%
        var kinds = new NormalizingVariationalFlowClusteringOptions
        {
            MaximumClusters = 6,
            ClusterNumberColumnName = "Cluster",
            Training = { NonFiniteRows = NonFiniteRows.Drop, Progress = Progress("clusters") },
        };
        var clustering = ml.Transforms.Concatenate("Features", numbers)
            .Append(ml.Clustering.Trainers.NormalizingVariationalFlow(kinds))
            .Fit(cars);
        DataFrame clustered = clustering.Transform(cars)
            .ToDataFrame(-1, "Fuel", "Age", "Mileage", "Power", "Price", "Cluster");

        int[] cluster = [.. ((Int32DataFrameColumn)clustered["Cluster"]).Select(k => k ?? 0)];
        int[] found = [.. Enumerable.Range(1, clustering.LastTransformer.NumberOfClusters)];
        float[] Of(int k, string column) =>
            [.. ((SingleDataFrameColumn)clustered[column]).Where((_, row) => cluster[row] == k).Select(x => x ?? 0)];

        Plot plot = FlowTheme.NewPlot(labelX: "age in years", labelY: "price in euros");
        foreach (int k in found)
        {
            var dots = Of(k, "Age").Zip(Of(k, "Price"), (age, price) => ((double)age, (double)price));
            plot.Add.Dots(dots, FlowTheme.Group(k - 1), $"cluster {k}", 3.5);
        }
        Show(new PlotGrid("The kinds of cars that were found") { PlotWidth = 620, PlotHeight = 360 }.Add(plot));

        // %% [markdown]
        // What are they? Medians tell, and the fuel, which the clustering never saw. (A car without a mileage has no cluster.)

        // %%
        float Median(int k, string column) => Of(k, column).Order().ElementAt(Of(k, column).Length / 2);
        string Fuels(int k)
        {
            string[] fuels = [.. ((StringDataFrameColumn)clustered["Fuel"]).Where((_, row) => cluster[row] == k)];
            var shares = fuels.GroupBy(fuel => fuel)
                .Select(group => (Fuel: group.Key, Percent: 100.0 * group.Count() / fuels.Length))
                .Where(share => share.Percent >= 1).OrderByDescending(share => share.Percent);
            return string.Join(", ", shares.Select(share => $"{share.Percent:F0} % {share.Fuel}"));
        }
        Show(new DataFrame(
            new Int32DataFrameColumn("Cluster", found),
            new Int32DataFrameColumn("Cars", found.Select(k => cluster.Count(of => of == k))),
            new SingleDataFrameColumn("Age", found.Select(k => Median(k, "Age"))),
            new SingleDataFrameColumn("Mileage", found.Select(k => Median(k, "Mileage"))),
            new SingleDataFrameColumn("Power", found.Select(k => Median(k, "Power"))),
            new SingleDataFrameColumn("Price", found.Select(k => Median(k, "Price"))),
            new StringDataFrameColumn("Fuel", found.Select(Fuels))));

        // %% [markdown]
        // ## Cars that do not exist
        //
        // The synthesizer takes the table as it is, with texts and missing values, and draws rows of the same columns: to test with, or to give to somebody
        // who must not see yours.

        // %%
        SynthesizerTransformer synthesizer = ml.Data.Synthesizer().Fit(cars);
        IDataView invented = synthesizer.Sample(cars.Rows.Count, seed: 7);
        Show(invented.ToDataFrame(6));
        Show(FlowPlots.Pairs(cars, invented, numbers));

        // %% [markdown]
        // Do not trust the picture alone. A report compares columns and pairs of columns, lets a classifier try to tell synthetic rows from
        // real ones, and looks for rows that were copied. [The whole report](report.html) says what each measure means.

        // %%
        QualityReport report = ml.Data.QualityReport(cars, invented);
        Show(new DataFrame(
            new StringDataFrameColumn("Measure", report.Measures.Select(measure => measure.Name)),
            new DoubleDataFrameColumn("Value", report.Measures.Select(measure => measure.Value)),
            new DoubleDataFrameColumn("Goal", report.Measures.Select(measure => measure.Goal)),
            new StringDataFrameColumn("Passes", report.Measures.Select(measure => measure.Passes ? "yes" : "no"))));
        report.SaveHtml("report.html");

        // %% [markdown]
        // ## Keep it
        //
        // A model is saved and loaded as any other of ML.NET, in any process.

        // %%
        ml.Model.Save(detector, ((IDataView)cars).Schema, "detector.zip");
        ITransformer loaded = ml.Model.Load("detector.zip", out _);
        Show(loaded.Transform(oddest.Head(1)).ToDataFrame("Price", "Score", "PredictedLabel", "PValue"));

        // %% [markdown]
        // ## Your table
        //
        // Put your file in place of `cars.csv`, and your columns in place of `numbers`. What helps:
        //
        // - Learn from a thousand rows or more; a column that is a name or a number of a row tells nothing.
        // - A log-density has no meaning across tables: compare rows of one table, under one model.
        // - Columns with few values are spikes in a density. The synthesizer is made for them; the detector smooths them.
        // - Judge on rows that were not trained on, as you would any model.
    }
}
