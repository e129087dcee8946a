using System.Runtime.CompilerServices;
using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set
            {
                using var part = select(0, i1);
                part.copy_(value);
            }
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            IntPtr result = 0;
            fixed (RawIndex* raw = RawIndex.Of(indices))
            {
                Native.Check(Native.tb_index(Handle, raw, indices.Length, &result));
            }
            GC.KeepAlive(this);
            GC.KeepAlive(indices);
            return new Tensor(result);
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            fixed (RawIndex* raw = RawIndex.Of(indices))
            {
                Native.Check(Native.tb_index_put(Handle, raw, indices.Length, value.Handle));
            }
            GC.KeepAlive(this);
            GC.KeepAlive(value);
            GC.KeepAlive(indices);
            return this;
        }

        public Tensor narrow(long dim, long start, long length) => Aten.Narrow.Call(this, dim, start, length);

        public Tensor select(long dim, long index) => Aten.Select.Call(this, dim, index);

        public Tensor gather(long dim, Tensor index) => Aten.Gather.Call(this, dim, index);

        public Tensor index_select(long dim, Tensor index) => Aten.IndexSelect.Call(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Aten.Scatter.Call(this, dim, index, src);
    }
}
