using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The kind and version of a saved component, and the class and assembly that can load it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;

    public readonly uint VerWrittenCur;

    public readonly uint VerReadableCur;

    public readonly uint VerWeCanReadBack;

    public readonly string LoaderAssemblyName;

    public readonly string LoaderSignature;

    public readonly string LoaderSignatureAlt;

    public VersionInfo(
        string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null)
    {
        Contracts.Check(modelSignature?.Length == 8, "Model signature must be eight characters");
        ModelSignature = Ascii.Pack(modelSignature.Replace(' ', '\0'));
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}
