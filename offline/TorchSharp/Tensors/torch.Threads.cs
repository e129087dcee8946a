using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static int get_num_threads() => Native.tb_threads();

    public static void set_num_threads(int num) => Native.Check(Native.tb_set_threads(num));
}
