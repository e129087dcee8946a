using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

public class DisposalTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void The_evaluator_is_made_once_when_first_needed()
    {
        int made = 0;
        var transformer = new NormalizingVariationalFlowTransformer(
            _ml, new(Fake.AllColumns, Fake.Model), null,
            (model, _) =>
            {
                Interlocked.Increment(ref made);
                return new FakeEvaluator(model.Shape);
            });
        var scored = transformer.Transform(Person.View(_ml, 100));
        Assert.Equal(0, made);
        Parallel.For(0, 4, _ => Assert.Equal(100, scored.GetColumn<float>("LogDensity").Count()));
        Assert.Equal(1, made);
    }

    [Fact]
    public void A_disposed_transformer_says_so_everywhere()
    {
        var transformer = Fake.Transformer(_ml, out var evaluator);
        var input = Person.View(_ml, 10);
        var scored = transformer.Transform(input);
        var sample = transformer.Sample(10);
        Assert.Equal(10, scored.GetColumn<float>("LogDensity").Count());
        transformer.Dispose();
        transformer.Dispose();
        Assert.True(evaluator.Disposed);
        Assert.Throws<ObjectDisposedException>(() => scored.GetColumn<float>("LogDensity").Count());
        Assert.Throws<ObjectDisposedException>(() => sample.GetColumn<float[]>("Features").Count());
        Assert.Throws<ObjectDisposedException>(() => transformer.Transform(input));
        Assert.Throws<ObjectDisposedException>(() => transformer.GetOutputSchema(input.Schema));
        Assert.Throws<ObjectDisposedException>(() => transformer.Sample(1));
        Assert.Equal(3, transformer.LatentStates);
    }

    [Fact]
    public void Disposing_before_use_makes_no_evaluator()
    {
        var transformer = new NormalizingVariationalFlowTransformer(
            _ml, new(Fake.AllColumns, Fake.Model), null, (_, _) => throw new InvalidOperationException("made"));
        transformer.Dispose();
    }

    [Fact]
    public void A_batch_underway_ends_before_the_evaluator_is_freed()
    {
        var transformer = Fake.Transformer(_ml, out var evaluator);
        evaluator.WhileScoring = transformer.Dispose; // asserts behind it that it is not yet disposed
        var scored = transformer.Transform(Person.View(_ml, 10));
        Assert.Equal(10, scored.GetColumn<float>("LogDensity").Count());
        Assert.True(evaluator.Disposed);
    }

    [Fact]
    public void A_chain_disposes_its_flow()
    {
        var transformer = Fake.Transformer(_ml, out var evaluator);
        var chain = new TransformerChain<NormalizingVariationalFlowTransformer>(transformer);
        Assert.Equal(10, chain.Transform(Person.View(_ml, 10)).GetColumn<float>("LogDensity").Count());
        chain.Dispose();
        Assert.True(evaluator.Disposed);
    }
}
