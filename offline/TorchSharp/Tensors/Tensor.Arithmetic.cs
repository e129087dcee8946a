using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How a division rounds.</summary>
    public enum RoundingMode
    {
        None = 0,
    }

    public partial class Tensor
    {
        public Tensor add_(Tensor target) => Changed(Aten.AddTensorInPlace, target);

        public Tensor add_(Tensor target, Scalar alpha)
        {
            Aten.AddTensorInPlace.Do(this, target, alpha);
            return this;
        }

        public Tensor add_(Scalar scalar) => Changed(Aten.AddScalarInPlace, scalar);

        public Tensor add_(Scalar scalar, Scalar alpha)
        {
            Aten.AddScalarInPlace.Do(this, scalar, alpha);
            return this;
        }

        public Tensor add(Tensor target, Scalar alpha) => Aten.AddTensor.Call(this, target, alpha);

        public Tensor add(Scalar scalar, Scalar alpha) => Aten.AddScalar.Call(this, scalar, alpha);

        public Tensor mul(Scalar target) => Aten.MulScalar.Call(this, target);

        public Tensor mul_(Scalar target) => Changed(Aten.MulScalarInPlace, target);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Aten.AddcmulInPlace.Do(this, tensor1, tensor2, value);
            return this;
        }

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Aten.AddcdivInPlace.Do(this, tensor1, tensor2, value);
            return this;
        }

        public Tensor fill_(Scalar value) => Changed(Aten.FillInPlace, value);

        public Tensor zero_()
        {
            Aten.ZeroInPlace.Do(this);
            return this;
        }

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            Aten.CopyInPlace.Do(this, source, nonBlocking);
            return this;
        }

        public Tensor neg() => Aten.Neg.Call(this);

        public Tensor negative() => Aten.Neg.Call(this);

        public Tensor reciprocal() => Aten.Reciprocal.Call(this);

        public Tensor pow(Scalar exponent) => Aten.PowScalar.Call(this, exponent);

        public Tensor pow(Tensor exponent) => Aten.PowTensor.Call(this, exponent);

        private Tensor Changed(Op op, scoped in Argument argument)
        {
            op.Do(this, argument);
            return this;
        }
    }
}
