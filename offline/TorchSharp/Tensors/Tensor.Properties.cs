using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public long dim() => Alive(Native.tb_dimensions(Handle));

        public long ndim => dim();

        public long NumberOfElements => Alive(Native.tb_elements(Handle));

        public long numel() => NumberOfElements;

        public ScalarType dtype => (ScalarType)Alive(Native.tb_dtype(Handle));

        public DeviceType device_type => (DeviceType)Alive(Native.tb_device_type(Handle));

        public int device_index => (int)Alive(Native.tb_device_index(Handle));

        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);

        public long[] shape => size();

        public long[] size()
        {
            var sizes = new long[dim()];
            fixed (long* values = sizes)
            {
                Native.tb_sizes(Handle, values);
            }
            GC.KeepAlive(this);
            return sizes;
        }

        public long size(int dim)
        {
            var count = (int)this.dim();
            var sizes = stackalloc long[count + 1];
            Native.tb_sizes(Handle, sizes);
            GC.KeepAlive(this);
            return dim >= -count && dim < count
                ? sizes[dim < 0 ? dim + count : dim]
                : throw new System.Runtime.InteropServices.ExternalException(
                    $"Dimension out of range (expected to be in range of [{-count}, {count - 1}], but got {dim})");
        }

        public long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* values = strides)
            {
                Native.tb_strides(Handle, values);
            }
            GC.KeepAlive(this);
            return strides;
        }

        public bool is_contiguous() => Alive(Native.tb_contiguous(Handle)) != 0;

        public bool is_leaf => Alive(Native.tb_is_leaf(Handle)) != 0;

        /// <summary>Keeps the tensor until the value has been read from it.</summary>
        private long Alive(long value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
