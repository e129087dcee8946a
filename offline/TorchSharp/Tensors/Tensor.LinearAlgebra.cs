using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Aten.Matmul.Call(this, target);

        public Tensor diag(long diagonal = 0) => Aten.Diag.Call(this, diagonal);
    }

    public static class linalg
    {
        public static Tensor solve_triangular(
            Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null) => @out is null
            ? Aten.SolveTriangular.Call(A, B, upper, left, unitriangular)
            : throw new NotSupportedException("The offline TorchSharp does not write solve_triangular into another tensor.");
    }
}
