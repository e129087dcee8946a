using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// Draws the unknown digits of the rows of one panel, digit after digit; each hidden unit of the network is computed once, as soon as
/// the last digit that it sees is known.
/// </summary>
internal sealed class CellDraw<T>(CellNetwork<T> network, CellPanel<T> panel, CellWeights? weights)
    where T : unmanaged, ILanes<T>
{
    private readonly double[] _logWeights = new double[Panel.Columns];
    private readonly RandomStream[] _random = new RandomStream[Panel.Columns];

    /// <summary>Draws rows in place; see <see cref="ICellEvaluator.Draw"/>.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="start">The first one of the panel.</param>
    /// <param name="seeds">Of all rows.</param>
    /// <param name="logWeights">Of all rows.</param>
    public void Run(CellRows rows, int start, ulong[] seeds, double[] logWeights)
    {
        int count = Math.Min(Panel.Columns, rows.Count - start), first = rows.Digits;
        panel.Clear(count);
        for (int column = 0; column < count; column++)
        {
            _random[column] = new RandomStream(seeds[start + column]);
            int unknown = rows[start + column].IndexOf(CellShape.Unknown);
            first = unknown < 0 ? first : Math.Min(first, unknown);
        }
        network.Conditioner.StartUnits(network.Values, panel.Tape, panel.States, panel.Scratch);
        for (int digit = 0, units = 0; digit < network.Shape.Digits; digit++)
        {
            int known = network.Layout.UnitsUpTo(digit);
            network.Conditioner.ForwardUnits(network.Values, panel.Tape, panel.States, units, known);
            units = known;
            if (digit >= first)
                network.Conditioner.ForwardOutputs(network.Values, panel.Tape, panel.States, network.Starts[digit], network.Starts[digit + 1]);
            var shares = digit >= first ? panel.Softmax(digit) : [];
            for (int column = 0; column < count; column++)
                panel.Set(column, digit, Code(rows[start + column][digit], digit, column, shares));
        }
        for (int column = 0; column < count; column++)
        {
            panel.Codes(column).CopyTo(rows[start + column]);
            logWeights[start + column] = _logWeights[column];
        }
    }

    private short Code(short given, int digit, int column, ReadOnlySpan<float> shares)
    {
        if (digit == 0)
            _logWeights[column] = 0;
        if (network.Shape.Continues[digit] is not null && network.Shape.Limit(panel.Codes(column), digit) <= 1)
            return CellShape.None;
        if (given == CellShape.Unknown)
            return Draw(digit, column, shares);
        if (!shares.IsEmpty && given >= 0)
            _logWeights[column] += Math.Log(Math.Max(shares[given * Panel.Columns + column], CellShape.MinimumProbability));
        return given;
    }

    private short Draw(int digit, int column, ReadOnlySpan<float> shares)
    {
        var worth = weights is null ? [] : weights.Of(panel.Codes(column), digit);
        int size = network.Shape.Sizes[digit], last = -1;
        double sum = 0;
        for (int cell = 0; cell < size; cell++)
            sum += Share(shares, worth, cell, column);
        if (!worth.IsEmpty)
            _logWeights[column] += Math.Log(Math.Max(sum, CellShape.MinimumProbability));
        double left = _random[column].NextUniform() * sum;
        for (int cell = 0; cell < size && left >= 0; cell++)
        {
            double share = Share(shares, worth, cell, column);
            left -= share;
            last = share > 0 ? cell : last;
        }
        // Where all that may be drawn is beyond the reach of a Single, the first of it.
        return (short)(last >= 0 ? last : Math.Max(0, worth.IndexOfAnyExcept(0f)));
    }

    private static double Share(ReadOnlySpan<float> shares, ReadOnlySpan<float> worth, int cell, int column) =>
        shares[cell * Panel.Columns + column] * (worth.IsEmpty ? 1.0 : worth[cell]);
}
