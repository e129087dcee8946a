using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class TrainingPlanTests
{
    private static TrainingPlan Plan(LearningRateSchedule schedule) =>
        TrainingPlan.For(new TrainingSettings { LearningRate = 0.5, Schedule = schedule }, epochs: 10, stepsPerEpoch: 80);

    [Fact]
    public void A_cool_down_is_constant_for_three_quarters_and_then_falls_by_a_square_root()
    {
        var plan = Plan(LearningRateSchedule.CoolDown);
        Assert.Equal(800, plan.Steps);
        Assert.All([0L, 1, 300, 599, 600], step => Assert.Equal(0.5, plan.LearningRateAt(step)));
        Assert.Equal(0.5 * (1 - Math.Sqrt(1 / 200.0)), plan.LearningRateAt(601), 1e-12);
        Assert.Equal(0.25, plan.LearningRateAt(650), 1e-12);
        Assert.InRange(plan.LearningRateAt(799), 1e-4, 2e-3);
        Assert.Equal(0, plan.LearningRateAt(800), 1e-12);
    }

    [Fact]
    public void A_cosine_falls_from_the_start()
    {
        var plan = Plan(LearningRateSchedule.Cosine);
        Assert.Equal(0.5, plan.LearningRateAt(0));
        Assert.Equal(0.25 * (1 + Math.Sqrt(0.5)), plan.LearningRateAt(200), 1e-12);
        Assert.Equal(0.25, plan.LearningRateAt(400), 1e-12);
        Assert.Equal(0, plan.LearningRateAt(800), 1e-12);
    }
}
