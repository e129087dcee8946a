using static TorchSharp.torch;

namespace TorchSharp.Bridge;

/// <summary>One index as native code reads it (see native/indexing.cpp).</summary>
internal struct RawIndex
{
    public int Kind;
    public int Present;
    public long Start;
    public long Stop;
    public long Step;
    public IntPtr Tensor;

    public static RawIndex[] Of(TensorIndex[] indices) => Array.ConvertAll(indices, index => new RawIndex
    {
        Kind = (int)index.Kind,
        Present = (index.Start is null ? 0 : 1) | (index.Stop is null ? 0 : 2) | (index.Step is null ? 0 : 4),
        Start = index.Start ?? 0,
        Stop = index.Stop ?? 0,
        Step = index.Step ?? 0,
        Tensor = index.Value is null ? 0 : index.Value.Handle,
    });
}
