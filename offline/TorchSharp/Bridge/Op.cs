using System.Text;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Bridge;

/// <summary>
/// An operator of ATen, looked up by name at its first call. Arguments left out at the end take LibTorch's defaults.
/// </summary>
internal sealed unsafe class Op(string name, string overload = "")
{
    private IntPtr handle;

    public Tensor Call(scoped in Argument a) => new(Run(a, wanted: 1));

    public Tensor Call(scoped in Argument a, scoped in Argument b) => new(Run(a, b, wanted: 1));

    public Tensor Call(scoped in Argument a, scoped in Argument b, scoped in Argument c) => new(Run(a, b, c, default, 3, 1));

    public Tensor Call(scoped in Argument a, scoped in Argument b, scoped in Argument c, scoped in Argument d) =>
        new(Run(a, b, c, d, 4, 1));

    public Tensor Call(scoped in Argument a, scoped in Argument b, scoped in Argument c, scoped in Argument d, scoped in Argument e) =>
        new(Run(a, b, c, d, e, default, 5, 1));

    public Tensor Call(
        scoped in Argument a, scoped in Argument b, scoped in Argument c, scoped in Argument d, scoped in Argument e, scoped in Argument f) =>
        new(Run(a, b, c, d, e, f, 6, 1));

    /// <summary>Calls an operator that changes its first argument.</summary>
    public void Do(scoped in Argument a) => Run(a, wanted: 0);

    public void Do(scoped in Argument a, scoped in Argument b) => Run(a, b, wanted: 0);

    public void Do(scoped in Argument a, scoped in Argument b, scoped in Argument c) => Run(a, b, c, default, 3, 0);

    public void Do(scoped in Argument a, scoped in Argument b, scoped in Argument c, scoped in Argument d) => Run(a, b, c, d, 4, 0);

    private IntPtr Run(scoped in Argument a, int wanted)
    {
        RawArgument raw;
        fixed (long* pa = a.List)
        {
            a.Write(&raw, pa);
            var result = Run(&raw, 1, wanted);
            GC.KeepAlive(a.Owner);
            return result;
        }
    }

    private IntPtr Run(scoped in Argument a, scoped in Argument b, int wanted)
    {
        var raw = stackalloc RawArgument[2];
        fixed (long* pa = a.List, pb = b.List)
        {
            a.Write(raw, pa);
            b.Write(raw + 1, pb);
            var result = Run(raw, 2, wanted);
            GC.KeepAlive(a.Owner);
            GC.KeepAlive(b.Owner);
            return result;
        }
    }

    private IntPtr Run(scoped in Argument a, scoped in Argument b, scoped in Argument c, scoped in Argument d, int count, int wanted)
    {
        var raw = stackalloc RawArgument[4];
        fixed (long* pa = a.List, pb = b.List, pc = c.List, pd = d.List)
        {
            a.Write(raw, pa);
            b.Write(raw + 1, pb);
            c.Write(raw + 2, pc);
            d.Write(raw + 3, pd);
            var result = Run(raw, count, wanted);
            GC.KeepAlive(a.Owner);
            GC.KeepAlive(b.Owner);
            GC.KeepAlive(c.Owner);
            GC.KeepAlive(d.Owner);
            return result;
        }
    }

    private IntPtr Run(
        scoped in Argument a, scoped in Argument b, scoped in Argument c, scoped in Argument d, scoped in Argument e, scoped in Argument f,
        int count, int wanted)
    {
        var raw = stackalloc RawArgument[6];
        fixed (long* pa = a.List, pb = b.List, pc = c.List, pd = d.List, pe = e.List, pf = f.List)
        {
            a.Write(raw, pa);
            b.Write(raw + 1, pb);
            c.Write(raw + 2, pc);
            d.Write(raw + 3, pd);
            e.Write(raw + 4, pe);
            f.Write(raw + 5, pf);
            var result = Run(raw, count, wanted);
            GC.KeepAlive(a.Owner);
            GC.KeepAlive(b.Owner);
            GC.KeepAlive(c.Owner);
            GC.KeepAlive(d.Owner);
            GC.KeepAlive(e.Owner);
            GC.KeepAlive(f.Owner);
            return result;
        }
    }

    private IntPtr Run(RawArgument* arguments, int count, int wanted)
    {
        IntPtr result = 0;
        Native.Check(Native.tb_call(handle != 0 ? handle : Find(), arguments, count, &result, wanted));
        return result;
    }

    private IntPtr Find()
    {
        IntPtr found;
        fixed (byte* pname = Encoding.ASCII.GetBytes(name + "\0"), poverload = Encoding.ASCII.GetBytes(overload + "\0"))
        {
            Native.Check(Native.tb_operator(pname, poverload, &found));
        }
        return handle = found;
    }
}
