namespace TorchSharp.Bridge;

/// <summary>Lists of tensors on their way to native code.</summary>
internal static class Handles
{
    /// <summary>The handles of some tensors; the caller keeps the tensors alive during the call.</summary>
    public static IntPtr[] Of(IEnumerable<torch.Tensor>? tensors) =>
        tensors is null ? [] : Array.ConvertAll(tensors as torch.Tensor[] ?? tensors.ToArray(), tensor => tensor.Handle);
}
