using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowTransformer), typeof(ModelRepository), null, typeof(SignatureLoadModel),
    "Normalizing variational flow", ModelRepository.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// The place of a flow in the zip file that <c>mlContext.Model.Save</c> writes: a <see cref="FlowFile"/> behind the
/// <see cref="ModelHeader"/>.
/// </summary>
internal static class ModelRepository
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    public const string LoaderSignature = "NormVariationalFlow";

    public static void Save(ModelSaveContext context, FlowFile file)
    {
        ModelHeader.Write(context, "NVF FLOW", LoaderSignature);
        file.Write(context.Writer);
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    public static NormalizingVariationalFlowTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        Revive(environment, FlowFile.Read(context.Reader));

    /// <summary>The transformer of a flow that was read.</summary>
    /// <exception cref="FormatException">Its arrays do not fit its architecture.</exception>
    public static NormalizingVariationalFlowTransformer Revive(IHostEnvironment environment, FlowFile file)
    {
        var transformer = new NormalizingVariationalFlowTransformer(environment, file);
        transformer.CheckModel();
        return transformer;
    }
}
