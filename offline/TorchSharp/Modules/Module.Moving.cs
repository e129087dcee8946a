using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            private DeviceType deviceType = DeviceType.CPU;
            private int deviceIndex = -1;

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckFloating(dtype);
                Convert(dtype, null, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                var target = Checked(new Device(deviceType, deviceIndex));
                if (target.type != this.deviceType || target.index != this.deviceIndex)
                {
                    Convert(null, target, non_blocking);
                }
                return this;
            }

            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                CheckFloating(dtype);
                Convert(dtype, Checked(device), non_blocking);
                return this;
            }

            private static void CheckFloating(ScalarType dtype)
            {
                if (!IsFloatingPoint(dtype) && !IsComplex(dtype))
                {
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
                }
            }

            private static Device Checked(Device device)
            {
                if (device.type == DeviceType.CUDA && !cuda.is_available())
                {
                    throw new InvalidOperationException("CUDA is not available.");
                }
                return device.type == DeviceType.CUDA ? device : new Device(device.type, -1);
            }

            /// <summary>Replaces the parameters and buffers; a field, or a property, of the same name gets the new one too.</summary>
            private void Convert(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach (var (_, module) in named_children())
                {
                    if (device is null)
                    {
                        module._to(dtype!.Value, non_blocking);
                    }
                    else if (dtype is null)
                    {
                        module._to(device.type, device.index, non_blocking);
                    }
                    else
                    {
                        module._to(device, dtype.Value, non_blocking);
                    }
                }

                var fields = AllFields().ToDictionary(field => field.Name);
                var properties = GetType().GetProperties().ToDictionary(property => property.Name);
                foreach (var (name, parameter) in named_parameters(false).ToList())
                {
                    if (Converted(parameter, dtype, device) is not { } replacement)
                    {
                        continue;
                    }
                    if (properties.TryGetValue(name, out var property))
                    {
                        property.SetValue(this, replacement);
                        continue;
                    }
                    parameter.Dispose();
                    parametersByName.Set(name, replacement);
                    if (fields.TryGetValue(name, out var field))
                    {
                        field.SetValue(this, replacement);
                    }
                }
                foreach (var (name, buffer) in named_buffers(false).ToList())
                {
                    if (!buffer.WillCopy(dtype ?? buffer.dtype, device ?? buffer.device))
                    {
                        continue;
                    }
                    var replacement = buffer.to(TypeFor(buffer, dtype), device ?? buffer.device, disposeAfter: true).DetachFromDisposeScope();
                    if (properties.TryGetValue(name, out var property))
                    {
                        property.SetValue(this, replacement);
                        continue;
                    }
                    buffersByName.Set(name, (replacement, true));
                    if (fields.TryGetValue(name, out var field))
                    {
                        field.SetValue(this, replacement);
                    }
                }
                if (device is not null)
                {
                    deviceType = device.type;
                    deviceIndex = device.index;
                }
            }

            /// <summary>A leaf with the converted values and gradient, outside every scope; null when nothing has to change.</summary>
            private static Parameter? Converted(Parameter parameter, ScalarType? dtype, Device? device)
            {
                var (wantedType, target) = (dtype ?? parameter.dtype, device ?? parameter.device);
                using var grad = parameter.grad;
                if (!parameter.WillCopy(wantedType, target) && (grad is null || !grad.WillCopy(wantedType, target)))
                {
                    return null;
                }
                using var untracked = no_grad();
                var type = TypeFor(parameter, dtype);
                var replacement = new Parameter(parameter.to(type, target), parameter.requires_grad);
                replacement.DetachFromDisposeScope();
                if (grad is not null)
                {
                    using var moved = grad.to(type, target).with_requires_grad(grad.requires_grad);
                    replacement.grad = moved;
                }
                return replacement;
            }

            private static ScalarType TypeFor(Tensor tensor, ScalarType? wanted) =>
                wanted is { } type && (IsFloatingPoint(tensor.dtype) || IsComplex(tensor.dtype)) ? type : tensor.dtype;
        }
    }
}

/// <summary>Conversions that keep the type of the module.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(type, non_blocking);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(device.type, device.index, non_blocking);

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(device, type, non_blocking);
}
