using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.Sum.Call(this, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.SumDims.Call(this, dim, keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor mean() => Aten.Mean.Call(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Aten.MeanDims.Call(this, dimensions, keepdim, type);

        public Tensor max() => Aten.Max.Call(this);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => @out is null
            ? Aten.Amax.Call(this, dims, keepdim)
            : throw new NotSupportedException("The offline TorchSharp does not write amax into another tensor.");

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => @out is null
            ? Aten.Amin.Call(this, dims, keepdim)
            : throw new NotSupportedException("The offline TorchSharp does not write amin into another tensor.");

        public Tensor argmax(long dim, bool keepdim = false) => Aten.Argmax.Call(this, dim, keepdim);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.StdDims.Call(this, dimensions, unbiased, keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.LogSumExp.Call(this, (ReadOnlySpan<long>)[dim], keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.Cumsum.Call(this, dim, type);
    }
}
