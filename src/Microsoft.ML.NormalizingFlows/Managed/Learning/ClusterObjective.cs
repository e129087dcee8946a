using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary><c>Clusters</c>. The nearest center has the largest x.c - |c|^2 / 2.</summary>
internal sealed class ClusterObjective<T> : PanelObjective<T> where T : unmanaged, ILanes<T>
{
    private readonly float[] _centers;
    private readonly float[] _halfSquares;

    /// <param name="model">What learns.</param>
    /// <param name="centers">K centers of D values, in units of standard deviations.</param>
    public ClusterObjective(ManagedModel<T> model, float[][] centers) : base(model)
    {
        _centers = [.. centers.SelectMany(center => center)];
        _halfSquares = [.. centers.Select(center => -0.5f * center.Sum(value => value * value))];
    }

    public override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        int dimensions = Model.Spec.Dimensions;
        var nearness = work.Conditional.Span;
        MatrixProduct<T>.Run(
            new LeftFactor(_centers, dimensions, 1), work.Points.Span, Panel.Columns, nearness, Panel.Columns, States, work.Columns, dimensions,
            ProductStart.Bias, _halfSquares);
        Span<int> states = stackalloc int[work.Count];
        var wanted = work.Shares.Span;
        wanted.Clear();
        for (int i = 0; i < states.Length; i++)
        {
            for (int k = 1; k < States; k++)
            {
                if (nearness[k * Panel.Columns + i] > nearness[states[i] * Panel.Columns + i])
                    states[i] = k;
            }
            wanted[states[i] * Panel.Columns + i] = 1;
        }
        AddGivenStates(work, states, dropoutSeed, default);
        work.Loss += LogStates * work.Count;
        AddCrossEntropy(work);
    }
}
