using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            private readonly Registry<Parameter> parametersByName = new();
            private readonly Registry<(Tensor Tensor, bool Persistent)> buffersByName = new();
            private readonly Registry<Module> modulesByName = new();
            private bool componentsRegistered;

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                {
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                }
                if (!parametersByName.TryAdd(name, param))
                {
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                }
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                {
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                }
                if (!buffersByName.TryAdd(name, (tensor, persistent)))
                {
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                }
            }

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null || submodule.disposed)
                {
                    modulesByName.Remove(name);
                    return;
                }
                if (name.Contains('.'))
                {
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                }
                if (name.Length == 0)
                {
                    throw new ArgumentException("module name can't be empty string \"\"");
                }
                if (modulesByName.Contains(name))
                {
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                }
                submodule.RegisterComponents();
                modulesByName.TryAdd(name, submodule);
            }

            /// <summary>Registers the fields that hold a module, a parameter or a tensor, under the names of the fields.</summary>
            protected virtual void RegisterComponents()
            {
                if (componentsRegistered)
                {
                    return;
                }
                foreach (var field in AllFields())
                {
                    if (modulesByName.Contains(field.Name) || parametersByName.Contains(field.Name) || buffersByName.Contains(field.Name))
                    {
                        continue;
                    }
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(field.Name, module);
                            break;
                        case Parameter parameter:
                            register_parameter(field.Name, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(field.Name, tensor);
                            break;
                    }
                }
                componentsRegistered = true;
            }

            /// <summary>The fields of the class and its bases, the derived class first; a name counts once.</summary>
            private IEnumerable<FieldInfo> AllFields()
            {
                var seen = new HashSet<string>();
                for (var type = GetType(); type is not null && type != typeof(object); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                    {
                        if (seen.Add(field.Name))
                        {
                            yield return field;
                        }
                    }
                }
            }
        }
    }
}
