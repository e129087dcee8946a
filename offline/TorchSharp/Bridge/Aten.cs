namespace TorchSharp.Bridge;

/// <summary>The operators of ATen that the API forwards to.</summary>
internal static class Aten
{
    // Creation
    public static readonly Op Zeros = new("aten::zeros");
    public static readonly Op Ones = new("aten::ones");
    public static readonly Op Full = new("aten::full");
    public static readonly Op Eye = new("aten::eye", "m");
    public static readonly Op Arange = new("aten::arange", "start_step");
    public static readonly Op ZerosLike = new("aten::zeros_like");
    public static readonly Op Clone = new("aten::clone");
    public static readonly Op Detach = new("aten::detach");
    public static readonly Op Alias = new("aten::alias");
    public static readonly Op ToType = new("aten::to", "dtype");
    public static readonly Op ToDevice = new("aten::to", "device");

    // Arithmetic
    public static readonly Op AddTensor = new("aten::add", "Tensor");
    public static readonly Op AddScalar = new("aten::add", "Scalar");
    public static readonly Op AddTensorInPlace = new("aten::add_", "Tensor");
    public static readonly Op AddScalarInPlace = new("aten::add_", "Scalar");
    public static readonly Op SubTensor = new("aten::sub", "Tensor");
    public static readonly Op SubScalar = new("aten::sub", "Scalar");
    public static readonly Op MulTensor = new("aten::mul", "Tensor");
    public static readonly Op MulScalar = new("aten::mul", "Scalar");
    public static readonly Op MulScalarInPlace = new("aten::mul_", "Scalar");
    public static readonly Op DivTensor = new("aten::div", "Tensor");
    public static readonly Op DivScalar = new("aten::div", "Scalar");
    public static readonly Op AddcmulInPlace = new("aten::addcmul_");
    public static readonly Op AddcdivInPlace = new("aten::addcdiv_");
    public static readonly Op FillInPlace = new("aten::fill_", "Scalar");
    public static readonly Op ZeroInPlace = new("aten::zero_");
    public static readonly Op CopyInPlace = new("aten::copy_");
    public static readonly Op Neg = new("aten::neg");
    public static readonly Op Reciprocal = new("aten::reciprocal");
    public static readonly Op PowScalar = new("aten::pow", "Tensor_Scalar");
    public static readonly Op PowTensor = new("aten::pow", "Tensor_Tensor");

    // Element by element
    public static readonly Op Abs = new("aten::abs");
    public static readonly Op Square = new("aten::square");
    public static readonly Op Round = new("aten::round", "decimals");
    public static readonly Op Sqrt = new("aten::sqrt");
    public static readonly Op Exp = new("aten::exp");
    public static readonly Op Log = new("aten::log");
    public static readonly Op Sigmoid = new("aten::sigmoid");
    public static readonly Op Relu = new("aten::relu");
    public static readonly Op ReluInPlace = new("aten::relu_");
    public static readonly Op LogSigmoid = new("aten::log_sigmoid");
    public static readonly Op Softmax = new("aten::softmax", "int");
    public static readonly Op LogSoftmax = new("aten::log_softmax", "int");
    public static readonly Op Clamp = new("aten::clamp");
    public static readonly Op ClampTensor = new("aten::clamp", "Tensor");
    public static readonly Op ClampMin = new("aten::clamp_min");
    public static readonly Op Where = new("aten::where", "self");

    // Comparison and logic
    public static readonly Op EqTensor = new("aten::eq", "Tensor");
    public static readonly Op EqScalar = new("aten::eq", "Scalar");
    public static readonly Op NeTensor = new("aten::ne", "Tensor");
    public static readonly Op NeScalar = new("aten::ne", "Scalar");
    public static readonly Op LtTensor = new("aten::lt", "Tensor");
    public static readonly Op LtScalar = new("aten::lt", "Scalar");
    public static readonly Op LeTensor = new("aten::le", "Tensor");
    public static readonly Op LeScalar = new("aten::le", "Scalar");
    public static readonly Op GtTensor = new("aten::gt", "Tensor");
    public static readonly Op GtScalar = new("aten::gt", "Scalar");
    public static readonly Op GeTensor = new("aten::ge", "Tensor");
    public static readonly Op GeScalar = new("aten::ge", "Scalar");
    public static readonly Op BitwiseAnd = new("aten::bitwise_and", "Tensor");

    // Reductions
    public static readonly Op Sum = new("aten::sum");
    public static readonly Op SumDims = new("aten::sum", "dim_IntList");
    public static readonly Op Mean = new("aten::mean");
    public static readonly Op MeanDims = new("aten::mean", "dim");
    public static readonly Op Max = new("aten::max");
    public static readonly Op Amax = new("aten::amax");
    public static readonly Op Amin = new("aten::amin");
    public static readonly Op Argmax = new("aten::argmax");
    public static readonly Op Std = new("aten::std");
    public static readonly Op StdDims = new("aten::std", "dim");
    public static readonly Op LogSumExp = new("aten::logsumexp");
    public static readonly Op Cumsum = new("aten::cumsum");

    // Shapes
    public static readonly Op View = new("aten::view");
    public static readonly Op Reshape = new("aten::reshape");
    public static readonly Op Unsqueeze = new("aten::unsqueeze");
    public static readonly Op Squeeze = new("aten::squeeze");
    public static readonly Op SqueezeDim = new("aten::squeeze", "dim");
    public static readonly Op T = new("aten::t");
    public static readonly Op Permute = new("aten::permute");
    public static readonly Op Expand = new("aten::expand");
    public static readonly Op Contiguous = new("aten::contiguous");
    public static readonly Op Repeat = new("aten::repeat");
    public static readonly Op Cat = new("aten::cat");
    public static readonly Op Stack = new("aten::stack");
    public static readonly Op Pad = new("aten::constant_pad_nd");

    // Indexing
    public static readonly Op Narrow = new("aten::narrow");
    public static readonly Op Select = new("aten::select", "int");
    public static readonly Op Gather = new("aten::gather");
    public static readonly Op IndexSelect = new("aten::index_select");
    public static readonly Op Scatter = new("aten::scatter", "src");
    public static readonly Op SearchSorted = new("aten::searchsorted", "Tensor");
    public static readonly Op OneHot = new("aten::one_hot");

    // Linear algebra
    public static readonly Op Matmul = new("aten::matmul");
    public static readonly Op Linear = new("aten::linear");
    public static readonly Op Diag = new("aten::diag");
    public static readonly Op SolveTriangular = new("aten::linalg_solve_triangular");
}
