using Microsoft.ML.NormalizingFlows;

namespace Density.Models;

/// <summary>How to fit: what does not depend on the model.</summary>
/// <param name="Title">Stands in front of the progress.</param>
/// <param name="Options">The options of a flow; baselines without a flow leave them alone.</param>
/// <param name="Seed">Everything random follows from it.</param>
/// <param name="Folder">For checkpoints and fitted parts, so that an interrupted fit goes on.</param>
/// <param name="ProcessorSeconds">What the training of a flow is to take; null where its options say how long it is.</param>
/// <param name="Cancellation">Stops the fit.</param>
internal sealed record FitRequest(
    string Title, NormalizingVariationalFlowOptions Options, int Seed, string Folder, int? ProcessorSeconds, CancellationToken Cancellation)
{
    /// <summary>The request for one of several models that make up a model.</summary>
    public FitRequest Part(string name, int seed) => this with
    {
        Title = $"{Title}, {name}",
        Seed = seed,
        Folder = Path.Combine(Folder, name.Replace(' ', '-')),
    };
}
