namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// Processes that train one model together, each a share of its flows, or of every batch where there is one flow; see <c>Training.Group</c> of the options. All of them run the same program on the same
/// table with the same options and seed, each reads a share of the table and tells the others, and all of them end with the same model: that of one process, but
/// for the order in which sums are rounded. The package <c>Microsoft.ML.NormalizingFlows.Mpi</c> has one over MPI.
/// </summary>
/// <remarks>
/// An implementation is asked by one thread at a time, by all processes in the same order. A process that fails must end the others, which would wait for it.
/// </remarks>
/// <example>
/// <code>
/// MpiGroup.Run(group =>
/// {
///     var options = new NormalizingVariationalFlowOptions { Training = { Group = group, Seed = 1, BatchSize = 4096 } };
///     var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(table);
///     if (group.Rank == 0)
///         ml.Model.Save(model, table.Schema, "flow.zip");
/// });
/// </code>
/// </example>
public abstract class TrainingGroup
{
    /// <summary>The number of this process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Size { get; }

    /// <summary>Adds up each value over all processes; every one of them gets the same sums, to the last bit.</summary>
    /// <param name="values">As many in each process; the sums take their place.</param>
    public abstract void Sum(Span<float> values);

    /// <inheritdoc cref="Sum(Span{float})"/>
    public abstract void Sum(Span<double> values);

    /// <summary>The part of <paramref name="count"/> rows that this process does.</summary>
    internal (int First, int End) Share(int count) => ((int)((long)count * Rank / Size), (int)((long)count * (Rank + 1) / Size));

    internal double Sum(double value)
    {
        Sum(new Span<double>(ref value));
        return value;
    }

    /// <summary>Whether all processes have the same whole number, at most 2^40.</summary>
    internal bool Agrees(long value)
    {
        double first = Sum(Rank == 0 ? value : 0.0);
        return Sum(value == first ? 1.0 : 0) == Size;
    }
}
