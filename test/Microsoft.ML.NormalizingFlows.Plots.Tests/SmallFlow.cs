namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>Flows of one and of two features, each trained in a moment.</summary>
public sealed class SmallFlow : IDisposable
{
    public SmallFlow()
    {
        Plane = Rows(400, 2, seed: 1);
        Axis = Rows(400, 1, seed: 2);
        OfPlane = Fit(Plane);
        OfAxis = Fit(Axis);
    }

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Plane { get; }

    public IDataView Axis { get; }

    public NormalizingVariationalFlowTransformer OfPlane { get; }

    public NormalizingVariationalFlowTransformer OfAxis { get; }

    public void Dispose()
    {
        OfPlane.Dispose();
        OfAxis.Dispose();
    }

    public IDataView Rows(int count, int columns, int seed)
    {
        var random = new Random(seed);
        return Ml.Data.LoadFromArray([.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, columns).Select(_ => (float)(random.NextDouble() + random.NextDouble())).ToArray())]);
    }

    private NormalizingVariationalFlowTransformer Fit(IDataView rows) => Ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
    {
        Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 4 },
        Training = { Epochs = 3 },
    }).Fit(rows);
}
