using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe class autograd
    {
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var results = new IntPtr[inputs.Count];
            var outs = Handles.Of(outputs);
            var ins = Handles.Of(inputs);
            var gradients = Handles.Of(grad_outputs);
            fixed (IntPtr* pouts = outs, pins = ins, pgradients = gradients, presults = results)
            {
                Native.Check(Native.tb_gradients(
                    pouts, outs.Length, pins, ins.Length, pgradients, gradients.Length,
                    retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, presults));
            }
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return results.Select(handle => new Tensor(handle)).ToList();
        }

        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var roots = Handles.Of(tensors);
            var gradients = Handles.Of(grad_tensors);
            var ins = Handles.Of(inputs);
            fixed (IntPtr* proots = roots, pgradients = gradients, pins = ins)
            {
                Native.Check(Native.tb_backward(
                    proots, roots.Length, pgradients, gradients.Length,
                    retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, pins, ins.Length));
            }
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }
    }
}
