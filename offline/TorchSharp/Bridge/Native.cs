using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Bridge;

/// <summary>The C functions of the bridge to LibTorch (see native/bridge.h).</summary>
internal static unsafe class Native
{
    private const string Library = "TorchBridge";

    [DllImport(Library)] public static extern int tb_operator(byte* name, byte* overload, IntPtr* result);
    [DllImport(Library)] public static extern int tb_call(IntPtr op, RawArgument* arguments, int count, IntPtr* results, int capacity);
    [DllImport(Library)] public static extern byte* tb_error();

    [DllImport(Library), SuppressGCTransition] public static extern int tb_dimensions(IntPtr tensor);
    [DllImport(Library), SuppressGCTransition] public static extern long tb_elements(IntPtr tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int tb_dtype(IntPtr tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int tb_device_type(IntPtr tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int tb_device_index(IntPtr tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int tb_contiguous(IntPtr tensor);
    [DllImport(Library), SuppressGCTransition] public static extern void tb_sizes(IntPtr tensor, long* values);
    [DllImport(Library), SuppressGCTransition] public static extern void tb_strides(IntPtr tensor, long* values);

    [DllImport(Library)] public static extern void tb_free(IntPtr tensor);
    [DllImport(Library)] public static extern int tb_data(IntPtr tensor, void** address);
    [DllImport(Library)] public static extern int tb_from_data(void* data, long* sizes, int dimensions, int dtype, IntPtr* result);
    [DllImport(Library)] public static extern int tb_requires_grad(IntPtr tensor);
    [DllImport(Library)] public static extern int tb_set_requires_grad(IntPtr tensor, int value);
    [DllImport(Library)] public static extern int tb_is_leaf(IntPtr tensor);
    [DllImport(Library)] public static extern int tb_grad(IntPtr tensor, IntPtr* result);
    [DllImport(Library)] public static extern int tb_set_grad(IntPtr tensor, IntPtr grad);

    [DllImport(Library)] public static extern int tb_index(IntPtr tensor, RawIndex* indices, int count, IntPtr* result);
    [DllImport(Library)] public static extern int tb_index_put(IntPtr tensor, RawIndex* indices, int count, IntPtr value);

    [DllImport(Library)]
    public static extern int tb_backward(
        IntPtr* tensors, int tensorCount, IntPtr* gradients, int gradientCount,
        int retainGraph, int createGraph, IntPtr* inputs, int inputCount);

    [DllImport(Library)]
    public static extern int tb_gradients(
        IntPtr* outputs, int outputCount, IntPtr* inputs, int inputCount, IntPtr* gradients, int gradientCount,
        int retainGraph, int createGraph, int allowUnused, IntPtr* results);

    [DllImport(Library)] public static extern int tb_clip_grad_norm(IntPtr* tensors, int count, double maxNorm, double normType, double* total);
    [DllImport(Library)] public static extern int tb_grad_enabled();
    [DllImport(Library)] public static extern void tb_set_grad_enabled(int enabled);
    [DllImport(Library)] public static extern int tb_inference_enabled();
    [DllImport(Library)] public static extern IntPtr tb_enter_inference(int enabled);
    [DllImport(Library)] public static extern void tb_leave_inference(IntPtr guard);

    [DllImport(Library)] public static extern int tb_threads();
    [DllImport(Library)] public static extern int tb_set_threads(int count);
    [DllImport(Library)] public static extern int tb_cuda_available();
    [DllImport(Library)] public static extern int tb_cuda_count();

    /// <summary>Throws what the real package throws when LibTorch reported an error.</summary>
    public static void Check(int status)
    {
        if (status != 0)
        {
            throw new ExternalException(Marshal.PtrToStringUTF8((IntPtr)tb_error()));
        }
    }

#pragma warning disable CA2255 // the one place that runs before any call into the bridge
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Load);
#pragma warning restore CA2255

    private static IntPtr Load(string name, Assembly assembly, DllImportSearchPath? path)
    {
        try
        {
            return NativeLibrary.Load(name, assembly, DllImportSearchPath.AssemblyDirectory);
        }
        catch (Exception error) when (name == Library && error is DllNotFoundException or BadImageFormatException)
        {
            throw new NotSupportedException(
                "This application uses TorchSharp but has no LibTorch: reference the package TorchSharp-cpu (or another of its kind). " + error.Message, error);
        }
    }
}
