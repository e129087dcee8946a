using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowAnomalyTransformer), typeof(AnomalyRepository), null, typeof(SignatureLoadModel),
    "Normalizing variational flow for anomaly detection", AnomalyRepository.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>The place of a detector in the zip file that <c>mlContext.Model.Save</c> writes, as <see cref="ModelRepository"/> is for a flow.</summary>
internal static class AnomalyRepository
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    public const string LoaderSignature = "NormVarFlowAnomaly";

    public static void Save(ModelSaveContext context, AnomalyFile file)
    {
        ModelHeader.Write(context, "NVF ANOM", LoaderSignature);
        file.Write(context.Writer);
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    public static NormalizingVariationalFlowAnomalyTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        var file = AnomalyFile.Read(context.Reader);
        return new NormalizingVariationalFlowAnomalyTransformer(ModelRepository.Revive(environment, file.Flow), file.Columns, file.Judge, file.Usual);
    }
}
