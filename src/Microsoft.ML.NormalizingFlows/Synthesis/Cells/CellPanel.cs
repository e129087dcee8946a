using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layers;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>Up to 128 rows on their way through a <see cref="CellNetwork{T}"/>, and the room of one thread for it.</summary>
internal sealed class CellPanel<T>(CellNetwork<T> network) where T : unmanaged, ILanes<T>
{
    /// <summary>Takes a cell out of a softmax.</summary>
    private const float Impossible = -1e4f;

    private readonly CellShape _shape = network.Shape;
    private readonly AlignedArray _logSums = new(Panel.Columns);
    private readonly short[] _codes = new short[network.Shape.Digits * Panel.Columns];

    public ConditionerTape Tape { get; } = network.Conditioner.CreateTape();

    public PanelScratch Scratch { get; } = network.CreateScratch();

    public ColumnStates States { get; } = new();

    /// <summary>Rows of the panel.</summary>
    public int Count => States.Count;

    /// <summary>The digits of a row.</summary>
    public Span<short> Codes(int row) => _codes.AsSpan(row * _shape.Digits, _shape.Digits);

    /// <summary>An empty panel of <paramref name="count"/> rows, of which no digit is known.</summary>
    public void Clear(int count)
    {
        States.Set(count, T.Count, 0);
        _codes.AsSpan().Fill(CellShape.None);
        Tape.Input.Span.Clear();
    }

    /// <summary>Sets one digit of one row.</summary>
    public void Set(int row, int digit, short code)
    {
        Codes(row)[digit] = code;
        if (code >= 0)
            Tape.Input.Span[(network.Starts[digit] + code) * Panel.Columns + row] = 1;
    }

    /// <summary>Puts a whole row in its place.</summary>
    public void Set(int row, ReadOnlySpan<short> codes)
    {
        for (int digit = 0; digit < codes.Length; digit++)
            Set(row, digit, codes[digit]);
    }

    /// <summary>All logits of all rows at once.</summary>
    public void Forward(uint? dropoutSeed) =>
        network.Conditioner.Forward(network.Values, Tape, States, default, dropoutSeed, Scratch);

    /// <summary>The probabilities of the cells of one digit take the place of its logits: (cells, columns).</summary>
    public Span<float> Softmax(int digit)
    {
        int size = _shape.Sizes[digit];
        var shares = Tape.Output.Span.Slice(network.Starts[digit] * Panel.Columns, size * Panel.Columns);
        if (_shape.Continues[digit] is not null)
        {
            for (int row = 0; row < Count; row++)
            {
                for (int cell = Math.Max(1, _shape.Limit(Codes(row), digit)); cell < size; cell++)
                    shares[cell * Panel.Columns + row] = Impossible;
            }
        }
        ColumnSoftmax<T>.Run(shares, shares, _logSums.Span, size, States.Columns);
        return shares;
    }

    /// <summary>
    /// The sum over the rows of -ln P of one digit; the gradient of its mean over the batch, (softmax - one-hot) / rows, takes the place of the
    /// logits, 0 where a row does not have the digit.
    /// </summary>
    public double LossGradient(int digit, int batchRows)
    {
        double loss = 0;
        int size = _shape.Sizes[digit];
        var shares = Softmax(digit);
        for (int row = 0; row < Count; row++)
        {
            if (Codes(row)[digit] is var code and not CellShape.None)
                loss -= Math.Log(Math.Max(shares[code * Panel.Columns + row], CellShape.MinimumProbability));
        }
        Elementwise<T>.ClearSmall(shares, Negligible.Share, size, States.Columns);
        TensorPrimitives.Multiply(shares, 1f / batchRows, shares);
        for (int row = 0; row < States.Columns; row++)
        {
            short code = row < Count ? Codes(row)[digit] : CellShape.None;
            if (code != CellShape.None)
            {
                shares[code * Panel.Columns + row] -= 1f / batchRows;
                continue;
            }
            for (int cell = 0; cell < size; cell++)
                shares[cell * Panel.Columns + row] = 0;
        }
        return loss;
    }
}
