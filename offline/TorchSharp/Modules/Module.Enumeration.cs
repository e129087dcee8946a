using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                foreach (var (name, parameter) in parametersByName.Items)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter))
                    {
                        yield return (name, parameter);
                    }
                }
                if (!recurse)
                {
                    yield break;
                }
                foreach (var (moduleName, module) in modulesByName.Items)
                {
                    foreach (var (name, parameter) in module.named_parameters(true))
                    {
                        if (!parameter.IsInvalid && seen.Add(parameter))
                        {
                            yield return ($"{moduleName}.{name}", parameter);
                        }
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(item => item.parameter);

            /// <summary>The persistent buffers: like the real package, it leaves out the others whatever is asked.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                foreach (var (name, (buffer, persistent)) in buffersByName.Items)
                {
                    if (persistent && !buffer.IsInvalid && seen.Add(buffer))
                    {
                        yield return (name, buffer);
                    }
                }
                if (!recurse)
                {
                    yield break;
                }
                foreach (var (moduleName, module) in modulesByName.Items)
                {
                    foreach (var (name, buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (!buffer.IsInvalid && seen.Add(buffer))
                        {
                            yield return ($"{moduleName}.{name}", buffer);
                        }
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => modulesByName.Items;

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var item in modulesByName.Items)
                {
                    yield return item;
                }
                foreach (var (moduleName, module) in modulesByName.Items)
                {
                    foreach (var (name, inner) in module.named_modules())
                    {
                        yield return ($"{moduleName}.{name}", inner);
                    }
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(item => item.module);

            /// <summary>All parameters first, then the buffers; what a sub-module adds of its own comes last.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Key(string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
                foreach (var (name, parameter) in named_parameters())
                {
                    destination.TryAdd(Key(name), parameter);
                }
                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(Key(name), buffer);
                }
                foreach (var (name, module) in modulesByName.Items)
                {
                    module.state_dict(destination, Key(name));
                }
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                skip ??= [];
                var destination = state_dict();
                var unexpected = source.Keys.Where(key => !skip.Contains(key) && !destination.ContainsKey(key)).ToList();
                var missing = destination.Keys.Where(key => !skip.Contains(key) && !source.ContainsKey(key)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                }
                using var leaves = no_grad();
                foreach (var (key, value) in source)
                {
                    if (!skip.Contains(key) && destination.TryGetValue(key, out var target))
                    {
                        target.copy_(value);
                    }
                }
                return (missing, unexpected);
            }
        }
    }
}
