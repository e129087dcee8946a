using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Builds the flow that an architecture describes: for each layer a permutation, an LU linear map, and a coupling or
/// autoregressive layer; then one more permutation and LU linear map (Durkan et al. 2019, section 5.1). A
/// standardisation of each state stands in front where asked for; that of the rows is the model's.
/// <para>
/// Learned arrays are the floating-point entries of the state dictionary; integer and boolean ones (orders, masks)
/// follow from the architecture and need no place in a file. A fresh flow is near the identity.
/// </para>
/// </summary>
internal static class FlowFactory
{
    public static Composition Create(FlowArchitecture architecture)
    {
        var steps = new List<Bijection>();
        if (architecture.StateStandardization && architecture.ContextWidth > 0)
            steps.Add(new StateStandardization(architecture.States, architecture.Dimensions));
        for (int layer = 0; layer < architecture.Layers; layer++)
        {
            AddLinear(steps, architecture, layer);
            steps.Add(architecture.Pattern switch
            {
                FlowPattern.Coupling => CreateCoupling(architecture, layer),
                FlowPattern.Autoregressive => CreateAutoregressive(architecture, layer),
                _ => throw new ArgumentException($"{architecture.Pattern} is no pattern of a flow."),
            });
        }
        AddLinear(steps, architecture, architecture.Layers);
        return new Composition([.. steps]);
    }

    private static void AddLinear(List<Bijection> steps, FlowArchitecture architecture, int layer)
    {
        steps.Add(new Permutation(Array.ConvertAll(FeatureOrder.Permutation(architecture, layer), feature => (long)feature)));
        steps.Add(new LULinear(architecture.Dimensions));
    }

    private static Coupling CreateCoupling(FlowArchitecture architecture, int layer)
    {
        bool[] mask = FeatureOrder.CouplingMask(architecture.Dimensions, layer);
        ElementwiseMap map = CreateMap(architecture);
        var conditioner = new ResidualNetwork(
            Coupling.InputWidth(mask), mask.Count(mapped => mapped) * map.ParametersPerFeature,
            CreateShape(architecture), Weights(architecture, layer));
        return new Coupling(mask, map, conditioner, IsSoftLimited(architecture));
    }

    private static MaskedAutoregressive CreateAutoregressive(FlowArchitecture architecture, int layer)
    {
        ElementwiseMap map = CreateMap(architecture);
        int[] degrees = IsSoftLimited(architecture)
            ? MaskDegrees.FromContext(architecture.Dimensions, architecture.HiddenUnits)
            : MaskDegrees.AsPublished(architecture.Dimensions, architecture.HiddenUnits);
        var conditioner = new MaskedResidualNetwork(
            architecture.Dimensions, map.ParametersPerFeature, degrees, CreateShape(architecture), Weights(architecture, layer));
        return new MaskedAutoregressive(architecture.Dimensions, map, conditioner, IsSoftLimited(architecture));
    }

    private static ElementwiseMap CreateMap(FlowArchitecture architecture) => architecture.Map switch
    {
        FlowMap.RationalQuadraticSpline => new RationalQuadraticSplineMap(
            architecture.Bins, architecture.TailBound, architecture.Parameterization, LogitScale(architecture)),
        FlowMap.Affine when IsSoftLimited(architecture) => new ExponentialAffineMap(),
        FlowMap.Affine when architecture.Pattern == FlowPattern.Coupling => new SigmoidAffineMap(),
        FlowMap.Affine => new SoftplusAffineMap(),
        _ => throw new ArgumentException($"{architecture.Map} is no map of a flow."),
    };

    // Sums over many hidden units make large logits; as published, only couplings scale them down.
    private static double LogitScale(FlowArchitecture architecture) =>
        IsSoftLimited(architecture) || architecture.Pattern == FlowPattern.Coupling
            ? 1 / Math.Sqrt(architecture.HiddenUnits)
            : 1;

    private static NetworkShape CreateShape(FlowArchitecture architecture) => new(
        architecture.HiddenUnits, architecture.Blocks, architecture.ContextWidth, architecture.Dropout);

    private static RandomStream Weights(FlowArchitecture architecture, int layer) =>
        RandomStream.For(architecture.Seed, "weights", (ulong)layer);

    private static bool IsSoftLimited(FlowArchitecture architecture) =>
        architecture.Parameterization == FlowParameterization.SoftLimited;
}
