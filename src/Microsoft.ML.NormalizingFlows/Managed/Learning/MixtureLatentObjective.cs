using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary><c>MixtureLatent</c>: each row goes forward and back under one state, drawn from q(z|x).</summary>
internal sealed class MixtureLatentObjective<T>(ManagedModel<T> model) : PanelObjective<T>(model) where T : unmanaged, ILanes<T>
{
    public override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        Model.Flow.Encoder!.Forward(Model.Values, work.Points.Span, work.Encoder!, work.Columns);
        Span<float> q = work.Shares.Span;
        ColumnSoftmax<T>.Run(work.Encoder!.Logits.Span, q, work.Row.Span, States, work.Columns);
        Span<int> drawn = stackalloc int[work.Count];
        for (int i = 0; i < drawn.Length; i++)
        {
            drawn[i] = StateDraw.Choose(q[i..(i + (States - 1) * Panel.Columns + 1)], Panel.Columns, uniforms[work.Start + i]);
            work.Loss += LogStates + work.Encoder.Logits.Span[drawn[i] * Panel.Columns + i] - work.Row.Span[i];
        }
        AddGivenStates(work, drawn, dropoutSeed, default);
    }
}
