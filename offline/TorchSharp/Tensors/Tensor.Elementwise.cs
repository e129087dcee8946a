using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Aten.Abs.Call(this);

        public Tensor square() => Aten.Square.Call(this);

        public Tensor round(long decimals = 0L) => Aten.Round.Call(this, decimals);

        public Tensor sqrt() => Aten.Sqrt.Call(this);

        public Tensor exp() => Aten.Exp.Call(this);

        public Tensor log() => Aten.Log.Call(this);

        public Tensor sigmoid() => Aten.Sigmoid.Call(this);

        public Tensor relu() => Aten.Relu.Call(this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.Softmax.Call(this, dim, dtype ?? this.dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.LogSoftmax.Call(this, dim, dtype ?? this.dtype);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.Clamp.Call(this, min, max);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) =>
            Aten.ClampTensor.Call(this, Argument.Optional(min), Argument.Optional(max));

        public Tensor clamp_min(Scalar min) => Aten.ClampMin.Call(this, min);

        public Tensor where(Tensor condition, Tensor y) => condition.dtype == ScalarType.Bool
            ? Aten.Where.Call(condition, this, y)
            : throw new ArgumentException("The condition to 'where' must be a boolean tensor.");
    }
}
