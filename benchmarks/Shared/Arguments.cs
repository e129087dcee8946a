using System.Globalization;

namespace Benchmarks.Shared;

/// <summary>The arguments after a benchmark's name: paths, and options as <c>--name value</c>.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _paths = [];

    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    public Arguments(string[] arguments, params string[] known)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                _paths.Add(arguments[i]);
            else if (!known.Contains(arguments[i][2..]))
                throw new ArgumentException($"There is no option {arguments[i]}; known: {string.Join(", ", known.Select(name => "--" + name))}.");
            else if (i + 1 == arguments.Length)
                throw new ArgumentException($"{arguments[i]} needs a value.");
            else
                _options[arguments[i][2..]] = arguments[++i];
        }
    }

    public string Path(string fallback) => _paths.Count > 0 ? _paths[0] : fallback;

    public string? Text(string name) => _options.GetValueOrDefault(name);

    public int Integer(string name, int fallback) => _options.TryGetValue(name, out string? text)
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : fallback;

    public double Number(string name, double fallback) => _options.TryGetValue(name, out string? text)
        ? double.Parse(text, CultureInfo.InvariantCulture)
        : fallback;
}
