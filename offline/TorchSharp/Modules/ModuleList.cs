using System.Collections;

namespace TorchSharp.Modules;

/// <summary>A list of modules, registered under their numbers when the list itself is.</summary>
public class ModuleList<T>(params T[] modules) : torch.nn.Module(nameof(ModuleList<T>)), IList<T> where T : torch.nn.Module
{
    private readonly List<T> list = [.. modules];
    private bool registered;

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => list[index];
        set => list[index] = value;
    }

    public void Add(T item) => list.Add(item);

    public void Clear() => list.Clear();

    public bool Contains(T item) => list.Contains(item);

    public void CopyTo(T[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public int IndexOf(T item) => list.IndexOf(item);

    public void Insert(int index, T item) => list.Insert(index, item);

    public bool Remove(T item) => list.Remove(item);

    public void RemoveAt(int index) => list.RemoveAt(index);

    protected override void RegisterComponents()
    {
        if (registered)
        {
            return;
        }
        for (var i = 0; i < list.Count; i++)
        {
            register_module($"{i}", list[i]);
        }
        registered = true;
    }
}
