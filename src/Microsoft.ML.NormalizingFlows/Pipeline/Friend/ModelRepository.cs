using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Pipeline.Friend;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowTransformer), typeof(ModelRepository), null, typeof(SignatureLoadModel),
    "Normalizing variational flow", ModelRepository.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows.Pipeline.Friend;

/// <summary>
/// The place of a transformer in the zip file that <c>mlContext.Model.Save</c> writes. The header names this assembly, which
/// <c>mlContext.Model.Load</c> loads and asks for <see cref="Create"/>; nothing needs to be registered. What follows the header
/// is a <see cref="ModelFile"/>, which has a version of its own.
/// </summary>
internal static class ModelRepository
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    public const string LoaderSignature = "NormVariationalFlow";

    public static void Save(ModelSaveContext context, FlowFile file)
    {
        context.SetVersionInfo(new VersionInfo(
            modelSignature: "NVF FLOW",
            verWrittenCur: 0x00010001,
            verReadableCur: 0x00010001,
            verWeCanReadBack: 0x00010001,
            loaderSignature: LoaderSignature,
            loaderAssemblyName: typeof(ModelRepository).Assembly.FullName));
        ModelFile.Write(context.Writer, file);
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    public static NormalizingVariationalFlowTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        var transformer = new NormalizingVariationalFlowTransformer(environment, ModelFile.Read(context.Reader));
        transformer.CheckModel();
        return transformer;
    }
}
