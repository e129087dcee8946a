using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Scores and samples an <see cref="Ensemble"/>, whichever engine its members run on.</summary>
internal sealed class EnsembleEvaluator : IFlowEvaluator
{
    private readonly IReadOnlyList<IFlowEvaluator> _members;

    /// <param name="members">Two or more, over the same features; disposed of with the ensemble.</param>
    public EnsembleEvaluator(IReadOnlyList<IFlowEvaluator> members)
    {
        _members = members;
        Shape = Ensemble.Shape(members.Select(member => member.Shape));
    }

    public FlowShape Shape { get; }

    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        var parts = new EnsembleScores(_members.Select(member => member.Shape), scores, count);
        for (int m = 0; m < _members.Count; m++)
            _members[m].Score(rows, count, parts.Of(m));
        parts.Combine(count);
    }

    /// <summary>A member for each row, evenly, then the rows of each member in turn.</summary>
    public void Sample(int count, RandomStream random, int? state, Span<float> rows)
    {
        var owner = new int[count];
        int? own = null;
        if (state is int all)
        {
            (int member, own) = Locate(all);
            Array.Fill(owner, member);
        }
        else
        {
            foreach (ref int member in owner.AsSpan())
                member = random.NextInt(_members.Count);
        }
        int dimensions = Shape.Dimensions;
        var drawn = new float[count * dimensions];
        for (int m = 0; m < _members.Count; m++)
        {
            int size = owner.Count(member => member == m), next = 0;
            _members[m].Sample(size, random, own, drawn.AsSpan(0, size * dimensions));
            for (int row = 0; row < count; row++)
            {
                if (owner[row] == m)
                    drawn.AsSpan(next++ * dimensions, dimensions).CopyTo(rows[(row * dimensions)..]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
    }

    // The member that a state of the ensemble belongs to, and which of its own it is.
    private (int Member, int State) Locate(int state)
    {
        int member = 0;
        for (; state >= _members[member].Shape.States; member++)
            state -= _members[member].Shape.States;
        return (member, state);
    }
}
