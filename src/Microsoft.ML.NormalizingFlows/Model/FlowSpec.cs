namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The one description of a flow: its layers from data to noise, its latent and its base distribution, and nothing that is learned or belongs
/// to training. Engines build a flow from it, start values and model files follow from it, warm start and checkpoints compare it.
/// </summary>
internal sealed record FlowSpec
{
    /// <summary>D, the number of features of a row.</summary>
    public required int Dimensions { get; init; }

    /// <summary>C, the number of values of a row, behind its features, that the density is given: <c>p(x | c)</c>; 0 for none.</summary>
    public int Context { get; init; }

    /// <summary>From data to noise, behind the standardisation of the rows that every flow has.</summary>
    public required IReadOnlyList<LayerSpec> Layers { get; init; }

    public LatentSpec Latent { get; init; } = new NoLatentSpec();

    public BaseSpec Base { get; init; } = new NormalBaseSpec();

    /// <summary>K, the number of latent states; 1 without a latent.</summary>
    public int States => Latent.States;

    /// <summary>The width of the one-hot state that each layer is told: K where there is more than one, else 0.</summary>
    public int StateWidth => States > 1 ? States : 0;

    /// <summary>The real values that each layer is told: the context of a row, then its continuous latent.</summary>
    public int GivenWidth => Context + Latent.Dimensions;

    /// <summary>The width of all that each layer is told beside its features: the state, then real values.</summary>
    public int ContextWidth => StateWidth + GivenWidth;

    /// <summary>D + C, the number of values of a row.</summary>
    public int RowWidth => Dimensions + Context;

    /// <summary>What scores and rows look like.</summary>
    public FlowShape Shape => new(Dimensions, States, Context, Latent.Dimensions);

    /// <summary>Every parameter, in the order in which start values are drawn, files list them and averages run through them.</summary>
    public IReadOnlyList<ParameterSpec> Parameters()
    {
        var list = new ParameterList(this);
        list.Begin("standardization");
        list.Add("shift", ParameterStart.Zeros, RowWidth);
        list.Add("scale", ParameterStart.Constant(1), RowWidth);
        ulong networks = 0;
        for (int i = 0; i < Layers.Count; i++)
        {
            list.Begin(LayerName(i), "weights", networks);
            Layers[i].AddParameters(list);
            if (Layers[i] is NetworkLayerSpec)
                networks++;
        }
        list.Begin("base", "base");
        Base.AddParameters(list);
        list.Begin(Latent.Name, Latent.Name);
        Latent.AddParameters(list);
        return list.Items;
    }

    /// <summary>The name that the parameters of a layer begin with.</summary>
    public static string LayerName(int index) => FormattableString.Invariant($"flow.steps.{index}");

    /// <summary>The description as text; equal descriptions have equal texts.</summary>
    public string ToJson() => ModelJson.Write(this);

    /// <summary>Checks sizes and how layers fit together, before anything is made of that size.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; it is named.</exception>
    public void Validate()
    {
        Ranges.Integer("The number of features", Dimensions, 1, FlowLimits.Dimensions);
        Ranges.Integer("The number of context values", Context, 0, FlowLimits.Dimensions);
        Ranges.Integer("The number of layers", Layers.Count, 1, FlowLimits.LayersOfAnyKind);
        if (Layers.Contains(null!))
            throw new ArgumentException("a layer is missing");
        Latent.Validate();
        if (Latent is MixtureLatentSpec && Dimensions > FlowLimits.FullRank)
            throw new ArgumentException(FormattableString.Invariant($"Gaussian states have {Dimensions:N0} features, more than {FlowLimits.FullRank:N0}"));
        if (Context > 0 && Latent is MixtureLatentSpec)
            throw new ArgumentException("the states of a density with a context are Gaussians");
        Base.Validate();
        foreach (var layer in Layers)
            layer.Validate(this);
    }

    /// <summary>Whether two flows have the same layers up to the order of features: the same arrays fit, but mean something else.</summary>
    public bool HasArraysOf(FlowSpec other) => WithoutOrder().ToJson() == other.WithoutOrder().ToJson();

    private FlowSpec WithoutOrder() => this with
    {
        Layers = [.. Layers.Select(layer => layer is PermutationSpec ? new PermutationSpec([.. Enumerable.Range(0, Dimensions)]) : layer)],
    };

    public bool Equals(FlowSpec? other) => other is not null && ToJson() == other.ToJson();

    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);
}

/// <summary>What the rows and scores of a flow look like.</summary>
/// <param name="Dimensions">D, the number of features.</param>
/// <param name="States">K, the number of latent states; 1 for none.</param>
/// <param name="Context">C, the number of values behind the features that the density is given; 0 for none.</param>
/// <param name="Latent">d, the dimensions of a continuous latent; 0 for none.</param>
internal readonly record struct FlowShape(int Dimensions, int States, int Context = 0, int Latent = 0)
{
    /// <summary>D + C, the number of values of a row.</summary>
    public int Width => Dimensions + Context;
}
