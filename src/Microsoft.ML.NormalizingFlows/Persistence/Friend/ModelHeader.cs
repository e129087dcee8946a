namespace Microsoft.ML.NormalizingFlows.Persistence.Friend;

/// <summary>
/// The header of a component in the zip file that <c>mlContext.Model.Save</c> writes. It names this assembly, which
/// <c>mlContext.Model.Load</c> loads and asks for a loader of the name given; nothing needs to be registered. What follows has versions
/// of its own, see <see cref="SealedContent"/>.
/// </summary>
internal static class ModelHeader
{
    /// <param name="context">Where to write.</param>
    /// <param name="signature">Eight characters that name the kind of data.</param>
    /// <param name="loaderSignature">The name of the loader; it never changes.</param>
    public static void Write(ModelSaveContext context, string signature, string loaderSignature) => context.SetVersionInfo(new VersionInfo(
        modelSignature: signature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: loaderSignature,
        loaderAssemblyName: typeof(ModelHeader).Assembly.FullName));
}
