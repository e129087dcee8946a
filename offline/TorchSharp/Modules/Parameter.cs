namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns. It takes over the handle, and the scope, of the tensor it is made from.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad).MoveHandle(), register: false) => DisposeScope.Replace(data, this);
}
