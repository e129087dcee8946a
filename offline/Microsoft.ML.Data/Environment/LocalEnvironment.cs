using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// An environment: the root behind an <see cref="MLContext"/>, or the host of a component, which takes the root's
/// settings as they are when it is registered.
/// </summary>
internal sealed class LocalEnvironment : IHost, IHostEnvironmentInternal
{
    private readonly LocalEnvironment _master;
    private readonly Action<string, ChannelMessage> _report;
    private readonly Dictionary<string, object> _options = [];
    private readonly object _gate = new();

    public LocalEnvironment(int? seed, Action<string, ChannelMessage> report)
    {
        Seed = seed;
        Rand = TauswortheHybrid.Create(seed);
        ComponentCatalog = new ComponentCatalog();
        _report = report;
    }

    private LocalEnvironment(LocalEnvironment master, string name, Random rand)
    {
        _master = master;
        _report = master._report;
        Rand = rand;
        Seed = master.Seed;
        ComponentCatalog = master.ComponentCatalog;
        TempFilePath = master.TempFilePath;
        GpuDeviceId = master.GpuDeviceId;
        FallbackToCpu = master.FallbackToCpu;
        // The name that precedes is the grandparent's, as in the real one.
        FullName = string.IsNullOrEmpty(master._master?.FullName) ? name : $"{master._master.FullName}; {name}";
    }

    public Random Rand { get; }

    public int? Seed { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string TempFilePath { get; set; } = Path.GetTempPath();

    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    public string ContextDescription => FullName;

    private string FullName { get; }

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        lock (_gate)
            return new LocalEnvironment(this, name, seed is { } value ? new TauswortheHybrid((uint)value) : new TauswortheHybrid(Rand));
    }

    public IChannel Start(string name) =>
        new Channel(this, string.IsNullOrEmpty(FullName) ? name : $"{FullName}; {name}", _report);

    public IPipe<TMessage> StartPipe<TMessage>(string name) => throw new NotSupportedException();

    public IProgressChannel StartProgressChannel(string name) => new SilentProgress();

    public bool TryAddOption<T>(string name, T value) => _options.TryAdd(name, value);

    public void SetOption<T>(string name, T value) => _options[name] = value;

    public bool TryGetOption<T>(string name, out T value)
    {
        var found = _options.TryGetValue(name, out var boxed);
        value = found ? (T)boxed : default;
        return found;
    }

    public T GetOptionOrDefault<T>(string name) => TryGetOption(name, out T value) ? value : default;

    public bool RemoveOption(string name) => _options.Remove(name);

    /// <summary>Progress that nobody listens to.</summary>
    private sealed class SilentProgress : IProgressChannel
    {
        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
        {
        }

        public void Checkpoint(params double?[] values)
        {
        }

        public IProgressChannel StartProgressChannel(string name) => new SilentProgress();

        public void Dispose()
        {
        }
    }
}
