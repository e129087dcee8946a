using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;

namespace SynthesisBenchmark.Generators;

/// <summary>The synthesizer of the library.</summary>
internal sealed class FlowGenerator(MLContext ml, SynthesizerOptions options) : IGenerator
{
    private SynthesizerTransformer? _synthesizer;

    public void Learn(DataFrame table, CancellationToken cancellation)
    {
        options.Cancellation = cancellation;
        _synthesizer = ml.Data.Synthesizer(options).Fit(table);
    }

    public IDataView Sample(int rows, int seed) => _synthesizer!.Sample(rows, seed);

    public double LogDensity(DataFrame rows) => _synthesizer!.Transform(rows).GetColumn<float>("LogDensity").Average(log => (double)log);
}
