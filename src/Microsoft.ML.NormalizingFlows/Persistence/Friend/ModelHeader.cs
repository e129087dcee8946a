namespace Microsoft.ML.NormalizingFlows.Persistence.Friend;

/// <summary>
/// The header of a component in the zip file that <c>mlContext.Model.Save</c> writes. It names this assembly, which
/// <c>mlContext.Model.Load</c> loads and asks for a loader of the name given; nothing needs to be registered. What follows has versions
/// of its own, see <see cref="SealedContent"/>.
/// </summary>
/// <param name="Signature">Eight characters that name the kind of data.</param>
/// <param name="LoaderSignature">The name of the loader; it never changes.</param>
internal sealed record ModelHeader(string Signature, string LoaderSignature)
{
    public void Write(ModelSaveContext context) => context.SetVersionInfo(new VersionInfo(
        modelSignature: Signature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ModelHeader).Assembly.FullName));
}
