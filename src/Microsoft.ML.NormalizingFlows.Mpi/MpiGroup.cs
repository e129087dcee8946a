using Microsoft.ML.NormalizingFlows.Mpi;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// The processes that <c>mpirun</c> of Open MPI has started, on one machine or many, which train one model together. Without <c>mpirun</c> it is a group of one.
/// </summary>
/// <example>
/// <code>
/// MpiGroup.Run(group =>
/// {
///     var ml = new MLContext(seed: 1);
///     var options = new NormalizingVariationalFlowOptions { Training = { Group = group, BatchSize = 4096 } };
///     var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(table);
///     if (group.Rank == 0)
///         ml.Model.Save(model, table.Schema, "flow.zip");
/// });
/// </code>
/// </example>
public sealed class MpiGroup : TrainingGroup
{
    private MpiGroup() => (Rank, Size) = (OpenMpi.Rank(), OpenMpi.Size());

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>Runs a program as one process of a group, once in a process. Where it fails, all processes of the group are ended, as they would wait for this one.</summary>
    /// <param name="program">What each process does.</param>
    /// <exception cref="DllNotFoundException">Open MPI is not installed.</exception>
    public static void Run(Action<MpiGroup> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        OpenMpi.Start();
        var group = new MpiGroup();
        try
        {
            program(group);
        }
        catch (Exception failure)
        {
            if (group.Size > 1)
            {
                Console.Error.WriteLine($"Process {group.Rank} of {group.Size} failed: {failure.GetBaseException().Message}");
                OpenMpi.Abort();
            }
            throw;
        }
        OpenMpi.End();
    }

    /// <inheritdoc/>
    public override void Sum(Span<float> values) => OpenMpi.Sum(values);

    /// <inheritdoc/>
    public override void Sum(Span<double> values) => OpenMpi.Sum(values);
}
