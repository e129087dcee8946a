namespace Microsoft.ML.NormalizingFlows;

/// <summary>How the step size falls over the planned steps of a training, from the learning rate to 0.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Training = { Schedule = LearningRateSchedule.Cosine } };
/// </code>
/// </example>
public enum LearningRateSchedule
{
    /// <summary>
    /// Constant, then over the last quarter <c>1 - sqrt(t)</c> of it, t from 0 to 1 (Hägele et al. 2024, "Scaling laws and compute-optimal
    /// training beyond fixed training durations"). Most of the way is gone in large steps, whose noise
    /// <see cref="TrainingOptions.WeightAveraging"/> averages out.
    /// </summary>
    CoolDown,

    /// <summary>Half a period of a cosine (Loshchilov and Hutter 2017).</summary>
    Cosine,
}
