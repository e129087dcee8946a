namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>A synthesizer of <see cref="Visit"/>s, trained once for all tests of a class.</summary>
public sealed class SmallSynthesizer
{
    public SmallSynthesizer()
    {
        Table = Ml.Data.LoadFromEnumerable(Visit.Draw(1_500, seed: 1));
        Synthesizer = Ml.Data.Synthesizer(Options).Fit(Table);
    }

    public static SynthesizerOptions Options => new() { Trees = 4, Seed = 1, Threads = 1 };

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Table { get; }

    public SynthesizerTransformer Synthesizer { get; }

    public static Visit[] Read(IDataView view) => [.. new MLContext().Data.CreateEnumerable<Visit>(view, reuseRowObject: false)];
}
