using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Synthesis;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(SynthesizerTransformer), typeof(SynthesizerRepository), null, typeof(SignatureLoadModel),
    "Synthesizer of mixed tables", SynthesizerRepository.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>The place of a synthesizer in the zip file that <c>mlContext.Model.Save</c> writes: a <see cref="SynthesizerFile"/>.</summary>
internal static class SynthesizerRepository
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    public const string LoaderSignature = "NormFlowSynthesizer";

    public static void Save(ModelSaveContext context, SynthesizerFile file)
    {
        ModelHeader.Write(context, "NVF SYNT", LoaderSignature);
        file.Write(context.Writer);
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    public static SynthesizerTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        try
        {
            return new SynthesizerTransformer(environment, SynthesizerFile.Read(context.Reader), Environment.ProcessorCount);
        }
        catch (InvalidDataException error)
        {
            throw SealedContent.Damaged(error);
        }
    }
}
