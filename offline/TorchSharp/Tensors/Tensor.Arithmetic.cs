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
