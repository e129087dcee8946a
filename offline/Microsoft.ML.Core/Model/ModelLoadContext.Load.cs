using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal sealed partial class ModelLoadContext
{
    public const string ModelStreamName = "Model.key";

    public static string Combine(string directory, string name) =>
        string.IsNullOrEmpty(directory) ? name : $"{directory}/{name}";

    public static bool LoadModelOrNull<TRes, TSig>(
        IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        using var entry = env.CheckValue(rep, nameof(rep)).OpenEntryOrNull(dir, ModelStreamName);
        result = null;
        if (entry is null)
            return false;
        LoadModel<TRes, TSig>(env, out result, rep, entry, dir, extra);
        return true;
    }

    public static void LoadModel<TRes, TSig>(
        IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, rep, dir, extra))
            throw env.ExceptDecode("Corrupt model file");
    }

    public static void LoadModel<TRes, TSig>(
        IHostEnvironment env, out TRes result, RepositoryReader rep, Repository.Entry ent, string dir, params object[] extra)
        where TRes : class
    {
        using var ctx = new ModelLoadContext(rep, ent, dir);
        if (!ctx.TryCreate<TRes, TSig>(env, out result, extra))
            throw env.ExceptDecode($"Couldn't load model: '{dir}'");
    }

    public bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class
    {
        _context.Check(InRepository, "Can't load a sub-model when reading from a single stream");
        return LoadModelOrNull<TRes, TSig>(env, out result, Repository, Combine(Directory, name), extra);
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, name, extra))
            throw _context.ExceptDecode("Corrupt model file");
    }

    public bool ContainsModel(string name)
    {
        if (!InRepository || string.IsNullOrEmpty(name))
            return false;
        using var entry = Repository.OpenEntryOrNull(Combine(Directory, name), ModelStreamName);
        return entry is not null;
    }

    public bool TryProcessSubModel(string dir, Action<ModelLoadContext> action)
    {
        CheckCanOpen(dir, nameof(dir));
        var path = Combine(Directory, dir);
        using var entry = Repository.OpenEntryOrNull(path, ModelStreamName);
        if (entry is null)
            return false;
        using var ctx = new ModelLoadContext(Repository, entry, path);
        action(ctx);
        return true;
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        CheckCanOpen(name, nameof(name));
        using var entry = Repository.OpenEntryOrNull(Directory, name);
        if (entry is null)
            return false;
        using var reader = new BinaryReader(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(reader);
        return true;
    }

    public bool TryLoadTextStream(string name, Action<TextReader> action)
    {
        CheckCanOpen(name, nameof(name));
        using var entry = Repository.OpenEntryOrNull(Directory, name);
        if (entry is null)
            return false;
        using var reader = new StreamReader(entry.Stream, leaveOpen: true);
        action(reader);
        return true;
    }

    private void CheckCanOpen(string name, string argument)
    {
        _context.Check(InRepository, "Can't Load a sub-model when reading from a single stream");
        _context.CheckNonEmpty(name, argument);
    }

    private bool TryCreate<TRes, TSig>(IHostEnvironment env, out TRes result, object[] extra)
        where TRes : class
    {
        if (!string.IsNullOrEmpty(LoaderAssemblyName))
            env.ComponentCatalog.RegisterAssembly(LoadAssembly(LoaderAssemblyName));
        object[] arguments = [this, .. extra];
        foreach (var name in new[] { Header.LoaderName(), Header.AlternativeLoaderName() })
        {
            if (!string.IsNullOrWhiteSpace(name)
                && env.ComponentCatalog.TryCreateInstance(env, typeof(TSig), name, arguments, out var instance)
                && instance is TRes loaded)
            {
                result = loaded;
                Done();
                return true;
            }
        }
        Reader.BaseStream.Position = FpMin;
        result = null;
        return false;
    }

    // The real assemblies are signed and these are not: files of either name the same assemblies otherwise.
    private static Assembly LoadAssembly(string fullName)
    {
        var name = new AssemblyName(fullName);
        if (name.Name.StartsWith("Microsoft.ML", StringComparison.Ordinal))
            name.SetPublicKeyToken(null);
        return Assembly.Load(name);
    }
}
