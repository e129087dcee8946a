using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// <c>GumbelSoftmax</c>. By a logit, with q = softmax(logits), s = softmax(logits + noise), and g the
/// gradient by the state as if it were s (straight through): <c>q_j (ln q_j - sum q ln q) / B + s_j (g_j - sum s g)</c>.
/// </summary>
internal sealed class GumbelObjective<T>(ManagedModel<T> model) : PanelObjective<T>(model) where T : unmanaged, ILanes<T>
{
    public override void Add(LearningWork<T> work, float[] uniforms, uint? dropoutSeed)
    {
        var encoder = (EncoderNetwork<T>)Model.Flow.Encoder!;
        encoder.Forward(Model.Values, work.Points.Span, work.Encoder!, work.Columns);
        Span<float> logits = work.Encoder!.Logits.Span, q = work.Conditional.Span, logSum = work.Row.Span, soft = work.Shares.Span;
        ColumnSoftmax<T>.Run(logits, q, logSum, States, work.Columns);
        Elementwise<T>.ClearSmall(q, Negligible.Share, States, work.Columns);
        Span<int> chosen = stackalloc int[work.Count];
        soft.Clear();
        for (int i = 0; i < chosen.Length; i++)
        {
            for (int k = 0; k < States; k++)
            {
                float gumbel = -MathF.Log(-MathF.Log(uniforms[(work.Start + i) * States + k]));
                soft[k * Panel.Columns + i] = logits[k * Panel.Columns + i] + gumbel;
                if (soft[k * Panel.Columns + i] > soft[chosen[i] * Panel.Columns + i])
                    chosen[i] = k;
            }
        }
        Span<float> unused = stackalloc float[Panel.Columns];
        ColumnSoftmax<T>.Run(soft, soft, unused, States, work.Columns);
        Elementwise<T>.ClearSmall(soft, Negligible.Share, States, work.Columns);

        var g = work.Context.Span;
        g.Clear();
        AddGivenStates(work, chosen, dropoutSeed, g);
        for (int i = 0; i < chosen.Length; i++)
            AddColumn(work, i);
        for (int k = 0; k < States; k++)
            g[(k * Panel.Columns + work.Count)..((k + 1) * Panel.Columns)].Clear();
        encoder.Backward(Model.Values, work.Gradient, work.Encoder, g, work.Columns, work.Scratch);
    }

    // The gradient by the logits of one row, in place of that by its relaxed state; and its KL(q || p).
    private void AddColumn(LearningWork<T> work, int column)
    {
        Span<float> q = work.Conditional.Span[column..], soft = work.Shares.Span[column..], g = work.Context.Span[column..];
        ReadOnlySpan<float> logits = work.Encoder!.Logits.Span[column..];
        float logSum = work.Row.Span[column], entropy = 0, through = 0;
        for (int k = 0; k < States; k++)
        {
            int at = k * Panel.Columns;
            entropy += q[at] * (logits[at] - logSum);
            through += soft[at] * g[at];
        }
        for (int k = 0; k < States; k++)
        {
            int at = k * Panel.Columns;
            g[at] = q[at] * (logits[at] - logSum - entropy) / work.BatchRows + soft[at] * (g[at] - through);
        }
        work.Loss += entropy + LogStates;
    }
}
