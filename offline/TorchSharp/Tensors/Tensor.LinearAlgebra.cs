using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Aten.Matmul.Call(this, target);

        public Tensor mm(Tensor target) => Aten.Mm.Call(this, target);

        public Tensor tril(long diagonal = 0) => Aten.Tril.Call(this, diagonal);

        public Tensor triu(long diagonal = 0) => Aten.Triu.Call(this, diagonal);

        public Tensor diag(long diagonal = 0) => Aten.Diag.Call(this, diagonal);

        public Tensor diag_embed(long offset = 0L, long dim1 = -2L, long dim2 = -1L) => Aten.DiagEmbed.Call(this, offset, dim1, dim2);
    }

    public static class linalg
    {
        public static Tensor solve_triangular(
            Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null) => @out is null
            ? Aten.SolveTriangular.Call(A, B, upper, left, unitriangular)
            : throw new NotSupportedException("The offline TorchSharp does not write solve_triangular into another tensor.");
    }
}
