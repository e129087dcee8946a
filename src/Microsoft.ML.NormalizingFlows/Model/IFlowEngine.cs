namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Code that brings a flow to life. What an engine is asked for, it does or refuses in one sentence.</summary>
internal interface IFlowEngine
{
    /// <summary>Whether it has every layer of the flow.</summary>
    bool Supports(FlowSpec spec);

    /// <summary>Checks that it can compute on a device, as the two below do first.</summary>
    /// <returns>Whether it computes on a GPU there, not on the CPU.</returns>
    /// <exception cref="InvalidOperationException">It cannot, and may not fall back to the CPU.</exception>
    bool Find(ComputeDevice device);

    /// <summary>Why a GPU cannot be used; null where it can.</summary>
    string? Obstacle(int gpu);

    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    IFlowEvaluator CreateEvaluator(FlowMember member, ComputeDevice device);

    /// <summary>A learner that starts from <paramref name="arrays"/>.</summary>
    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    IFlowLearner CreateLearner(FlowSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings);
}
