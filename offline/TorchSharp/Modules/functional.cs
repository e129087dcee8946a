using TorchSharp.Bridge;

namespace TorchSharp;

/// <summary>How <c>pad</c> fills the margin.</summary>
public enum PaddingModes
{
    Constant = 4,
}

public static partial class torch
{
    public static partial class nn
    {
        public static class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Aten.Linear.Call(input, weights, Argument.Optional(bias));

            public static Tensor relu(Tensor x, bool inplace = false)
            {
                if (!inplace)
                {
                    return x.relu();
                }
                Aten.ReluInPlace.Do(x);
                return x.alias();
            }

            public static Tensor logsigmoid(Tensor x) => Aten.LogSigmoid.Call(x);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => x.dtype == ScalarType.Int64
                ? Aten.OneHot.Call(x, num_classes)
                : throw new ArgumentException("OneHot input tensor must have elements of type Int64");

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Aten.Pad.Call(input, pad, value);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Aten.Pad.Call(input, pad, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Aten.Pad.Call(input, (ReadOnlySpan<long>)[pad.Item1, pad.Item2], value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Aten.Pad.Call(input, (ReadOnlySpan<long>)[pad.Item1, pad.Item2, pad.Item3, pad.Item4], value);
        }

        public static class utils
        {
            /// <summary>Scales the gradients so that their norm is at most <paramref name="max_norm"/>; returns the norm before.</summary>
            public static unsafe double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                var owners = tensors.ToArray();
                double total = 0;
                fixed (IntPtr* handles = Handles.Of(owners))
                {
                    Native.Check(Native.tb_clip_grad_norm(handles, owners.Length, max_norm, norm_type, &total));
                }
                GC.KeepAlive(owners);
                return total;
            }
        }
    }
}
