using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>The evaluator of one transformer.</summary>
internal sealed class SharedImageEvaluator(Func<IImageEvaluator> create) : SharedResource<IImageEvaluator>(create, nameof(ImageVariationalFlowTransformer))
{
    public void Use(Action<IImageEvaluator> action)
    {
        var evaluator = Enter();
        try
        {
            action(evaluator);
        }
        finally
        {
            Leave();
        }
    }
}
