using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>A pipeline as ONNX Runtime computes it.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxModel(MLContext ml, ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        ml.Model.ConvertToOnnx(model, data, stream);
        Bytes = stream.ToArray();
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(Bytes, options);
    }

    public byte[] Bytes { get; }

    public IReadOnlyList<string> Inputs => [.. _session.InputMetadata.Keys];

    /// <summary>Columns of so many rows, by name; the values of one stand one after the other, those of a row together.</summary>
    public Results Run(int rows, params (string Name, Array Values)[] inputs)
    {
        using var results = _session.Run([.. inputs.Select(input => Value(input.Name, rows, input.Values))]);
        return new(results.ToDictionary(result => result.Name, object (result) => result.ElementType switch
        {
            TensorElementType.Float => result.AsEnumerable<float>().ToArray(),
            TensorElementType.Double => result.AsEnumerable<double>().ToArray(),
            TensorElementType.Bool => result.AsEnumerable<bool>().ToArray(),
            TensorElementType.Int32 => result.AsEnumerable<int>().ToArray(),
            TensorElementType.Int64 => result.AsEnumerable<long>().ToArray(),
            TensorElementType.UInt32 => result.AsEnumerable<uint>().ToArray(),
            TensorElementType.String => result.AsEnumerable<string>().ToArray(),
            _ => throw new NotSupportedException($"{result.ElementType} is no type of a column."),
        }));
    }

    public void Dispose() => _session.Dispose();

    private static NamedOnnxValue Value(string name, int rows, Array values) => values switch
    {
        float[] numbers => Tensor(name, rows, numbers),
        double[] numbers => Tensor(name, rows, numbers),
        uint[] numbers => Tensor(name, rows, numbers),
        string[] texts => Tensor(name, rows, texts),
        _ => throw new ArgumentException($"{values.GetType()} is no kind of input."),
    };

    private static NamedOnnxValue Tensor<T>(string name, int rows, T[] values) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, [rows, rows == 0 ? 1 : values.Length / rows]));

    internal sealed class Results(Dictionary<string, object> columns)
    {
        public T[] Of<T>(string column) => (T[])columns[column + ".output"];

        /// <summary>Compares a column of numbers with that of a view.</summary>
        public void AssertNear(IDataView view, string column, double tolerance = 1e-4)
        {
            float[] expected = view.Schema[column].Type is VectorDataViewType
                ? [.. view.GetColumn<float[]>(column).SelectMany(row => row)]
                : [.. view.GetColumn<float>(column)];
            Near.Assert(WithoutNaN(expected), WithoutNaN(Of<float>(column)), tolerance, column);
        }

        // NaN is compared as a number that no score is.
        private static float[] WithoutNaN(float[] values) => [.. values.Select(value => float.IsNaN(value) ? -7e20f : value)];
    }
}
