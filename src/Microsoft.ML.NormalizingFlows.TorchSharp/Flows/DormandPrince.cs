using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The method of Dormand and Prince (1980) of order 5 for <c>ds/dt = f(s, t)</c> from t = 0 to 1. Each row has steps of its own, chosen by its own error of
/// order 4, so that what becomes of a row does not depend on those beside it. They are chosen without a gradient; where one is wanted, the same steps are
/// taken again with it, and it is that of the map which gave the value.
/// </summary>
internal static class DormandPrince
{
    private const int MaximumSteps = 1_000;
    private const double FirstStep = 0.05;
    private const double Safety = 0.9, SmallestFactor = 0.2, LargestFactor = 5;

    private static readonly double[] s_times = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1];

    private static readonly double[][] s_stages =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    // The step of order 5 less that of order 4.
    private static readonly double[] s_error = [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40];

    /// <param name="start">(B, n)</param>
    /// <param name="tolerance">The error of a step, in units of 1 + |s|.</param>
    /// <param name="function">f of states, (B, n), and times, (B, 1).</param>
    /// <returns>(B, n); a row with a number that is not finite is left as it is.</returns>
    /// <exception cref="InvalidOperationException">A row does not reach the tolerance.</exception>
    public static Tensor Solve(Tensor start, double tolerance, Func<Tensor, Tensor, Tensor> function)
    {
        var (end, steps) = Choose(start.detach(), tolerance, function);
        return is_grad_enabled() ? Replay(start, steps, function) : end;
    }

    private static (Tensor End, Tensor[] Steps) Choose(Tensor start, double tolerance, Func<Tensor, Tensor, Tensor> function)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        long rows = start.shape[0];
        Tensor isFinite = start.isfinite().all(1, keepdim: true), s = where(isFinite, start, zeros_like(start));
        Tensor time = where(isFinite, zeros(rows, 1, start.dtype, start.device), ones(rows, 1, start.dtype, start.device));
        Tensor length = zeros_like(time).Plus(FirstStep), slope = function(s, time);
        var steps = new List<Tensor>();
        for (int step = 0; time.lt(ones_like(time)).any().item<bool>(); step++)
        {
            if (step == MaximumSteps)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"A continuous flow does not reach its tolerance of {tolerance} in {MaximumSteps:N0} steps: train with a lower Training.LearningRate, or choose another Flow.Layer."));
            }
            using var inner = NewDisposeScope();
            Tensor taken = length.minimum((-time).Plus(1));
            var slopes = Slopes(s, time, taken, function, slope);
            Tensor next = Sum(s, taken, slopes, s_stages[6]), error = Sum(zeros_like(s), taken, slopes, s_error);
            Tensor scaled = error / s.abs().maximum(next.abs()).Plus(1).Times(tolerance);
            Tensor size = (scaled * scaled).mean([1L], keepdim: true).sqrt();
            Tensor isTaken = size.IsAtMost(1);
            // What is no number is an overflow, which a shorter step may not have.
            Tensor factor = size.AtLeast(1e-10).log().Times(-0.2).exp().Times(Safety).nan_to_num(SmallestFactor).Within(SmallestFactor, LargestFactor);
            Tensor effective = where(isTaken, taken, zeros_like(taken));
            // The last step ends at 1, whatever rounding makes of the sum.
            Tensor reached = time.Plus(effective), isLast = isTaken.logical_and(taken.ge((-time).Plus(1)));
            (s, time, length, slope) = (
                where(isTaken, next, s).MoveToOuterDisposeScope(), where(isLast, ones_like(time), reached).MoveToOuterDisposeScope(),
                (taken * factor).MoveToOuterDisposeScope(), where(isTaken, slopes[6], slope).MoveToOuterDisposeScope());
            steps.Add(effective.MoveToOuterDisposeScope());
        }
        Tensor end = where(isFinite, s, start);
        return (end.MoveToOuterDisposeScope(), [.. Compact(steps).Select(step => step.MoveToOuterDisposeScope())]);
    }

    // Each row's steps one after another, without those that it did not take.
    private static Tensor[] Compact(List<Tensor> steps)
    {
        if (steps.Count == 0)
            return [];
        Tensor all = cat(steps, 1), isTaken = all.gt(zeros_like(all));
        double[] place = [.. Enumerable.Range(0, steps.Count).Select(i => (i + 1.0) / (steps.Count + 1))];
        Tensor order = argsort(tensor(place, device: all.device) - isTaken.to(ScalarType.Float64), 1);
        Tensor sorted = all.gather(1, order);
        long count = isTaken.sum(1L).max().item<long>();
        return [.. Enumerable.Range(0, (int)count).Select(i => sorted.narrow(1, i, 1))];
    }

    private static Tensor Replay(Tensor start, Tensor[] steps, Func<Tensor, Tensor, Tensor> function)
    {
        Tensor s = start;
        Tensor time = zeros(start.shape[0], 1, start.dtype, start.device);
        foreach (Tensor step in steps)
        {
            s = Sum(s, step, Slopes(s, time, step, function, null, stages: 6), s_stages[6]);
            time = time.Plus(step);
        }
        return s;
    }

    private static Tensor[] Slopes(Tensor s, Tensor time, Tensor step, Func<Tensor, Tensor, Tensor> function, Tensor? first, int stages = 7)
    {
        var slopes = new Tensor[stages];
        slopes[0] = first ?? function(s, time);
        for (int stage = 1; stage < stages; stage++)
            slopes[stage] = function(Sum(s, step, slopes, s_stages[stage]), time.Plus(step.Times(s_times[stage])));
        return slopes;
    }

    // s + step sum_i weights_i slopes_i
    private static Tensor Sum(Tensor s, Tensor step, Tensor[] slopes, double[] weights)
    {
        Tensor sum = slopes[0].Times(weights[0]);
        for (int i = 1; i < weights.Length; i++)
            if (weights[i] != 0)
                sum = sum.Plus(slopes[i].Times(weights[i]));
        return s.Plus(step * sum);
    }
}
