using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static bool is_grad_enabled() => Native.tb_grad_enabled() != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.tb_inference_enabled() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly int previous = Native.tb_grad_enabled();

        public GradMode(bool enabled) => Native.tb_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Native.tb_set_grad_enabled(previous);
    }

    /// <summary>The guard belongs to the thread that made it, so there is no finalizer.</summary>
    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private IntPtr guard = Native.tb_enter_inference(mode ? 1 : 0);

        public void Dispose()
        {
            if (guard != 0)
            {
                Native.tb_leave_inference(guard);
                guard = 0;
            }
        }
    }
}
