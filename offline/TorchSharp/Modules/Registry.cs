namespace TorchSharp.Modules;

/// <summary>What a module has registered, by name, in the order of registration.</summary>
internal sealed class Registry<T>
{
    private readonly OrderedDictionary<string, T> items = [];

    public IEnumerable<(string Name, T Value)> Items => items.Select(item => (item.Key, item.Value));

    public bool Contains(string name) => items.ContainsKey(name);

    public bool TryAdd(string name, T value) => items.TryAdd(name, value);

    public void Set(string name, T value) => items[name] = value;

    public void Remove(string name) => items.Remove(name);
}
