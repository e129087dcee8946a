using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Finds the classes that model files name: assemblies register, each loadable class under its names.</summary>
public sealed class ComponentCatalog
{
    private readonly object _gate = new();
    private readonly HashSet<string> _assemblies = [];
    private readonly Dictionary<(string Name, Type Signature), LoadableClass> _classes = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_gate)
        {
            if (!_assemblies.Add(assembly.FullName))
                return;
            foreach (var attribute in assembly.GetCustomAttributes<LoadableClassAttributeBase>())
                Register(LoadableClass.Create(attribute, throwOnError), attribute, throwOnError);
            // The real catalog looks for other kinds of extensions among them, which loads what the types derive from.
            assembly.GetTypes();
        }
    }

    internal bool TryCreateInstance(IHostEnvironment env, Type signature, string name, object[] arguments, out object instance)
    {
        LoadableClass found;
        lock (_gate)
            _classes.TryGetValue((name.ToLowerInvariant().Trim(), signature), out found);
        instance = found?.Create(env, name, arguments);
        return found is not null;
    }

    private void Register(LoadableClass loadable, LoadableClassAttributeBase attribute, bool throwOnError)
    {
        foreach (var signature in attribute.SigTypes)
        {
            foreach (var name in attribute.LoadNames)
            {
                if (!_classes.TryAdd((name.ToLowerInvariant(), signature), loadable) && throwOnError)
                {
                    throw Contracts.Except($"ComponentCatalog cannot map name '{name}' and SignatureType '{signature}' to "
                        + $"{attribute.InstanceType.Name}, already mapped to another class.");
                }
            }
        }
    }
}
