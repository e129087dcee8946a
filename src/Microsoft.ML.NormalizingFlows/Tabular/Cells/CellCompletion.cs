using Microsoft.ML.NormalizingFlows.Compiled.Kernels;
using Microsoft.ML.NormalizingFlows.Compiled.Lanes;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tabular.Cells;

/// <summary>
/// Draws the unknown digits of the rows of one panel, digit after digit; each hidden unit of the network is computed once, as soon as
/// the last digit that it sees is known.
/// </summary>
internal sealed class CellCompletion<T>(CellNetwork<T> network, CellPanel<T> panel, short[] excluded, RandomStream random)
    where T : unmanaged, ILanes<T>
{
    private readonly int[] _owner = new int[Panel.Columns];
    private readonly double[] _logWeights = new double[Panel.Columns];

    /// <summary>One for a row that can be drawn in order.</summary>
    public static int ParticlesFor(ReadOnlySpan<short> codes)
    {
        int first = codes.IndexOf(CellShape.Unknown);
        return first < 0 || codes[first..].IndexOfAnyExcept(CellShape.Unknown) < 0 ? 1 : CellLimits.Particles;
    }

    /// <summary>Completes the rows from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public void Run(CellRows rows, int from, int to)
    {
        int count = 0;
        for (int row = from; row < to; row++)
        {
            int particles = ParticlesFor(rows[row]);
            Array.Fill(_owner, row, count, particles);
            count += particles;
        }
        panel.Clear(count);
        network.Conditioner.StartUnits(network.Values, panel.Tape, panel.States, panel.Scratch);
        for (int digit = 0, units = 0; digit < network.Shape.Digits; digit++)
        {
            int known = network.Layout.UnitsUpTo(digit);
            network.Conditioner.ForwardUnits(network.Values, panel.Tape, panel.States, units, known);
            units = known;
            network.Conditioner.ForwardOutputs(network.Values, panel.Tape, panel.States, network.Starts[digit], network.Starts[digit + 1]);
            Draw(digit, rows, panel.Softmax(digit), count);
        }
        for (int start = 0, end; start < count; start = end)
        {
            end = start + 1;
            while (end < count && _owner[end] == _owner[start])
                end++;
            panel.Codes(Choose(start, end)).CopyTo(rows[_owner[start]]);
        }
    }

    private void Draw(int digit, CellRows rows, ReadOnlySpan<float> shares, int count)
    {
        for (int column = 0; column < count; column++)
        {
            short given = rows[_owner[column]][digit];
            bool present = network.Shape.Continues[digit] is null || network.Shape.Limit(panel.Codes(column), digit) > 1;
            short code = !present ? CellShape.None : given == CellShape.Unknown ? DrawCell(digit, shares, column) : given;
            if (present && given >= 0)
                _logWeights[column] += Math.Log(Math.Max(shares[given * Panel.Columns + column], CellLimits.LeastProbability));
            panel.Set(column, digit, code);
        }
    }

    private short DrawCell(int digit, ReadOnlySpan<float> shares, int column)
    {
        int size = network.Shape.Sizes[digit], without = excluded.Length > 0 ? excluded[digit] : CellShape.None;
        double sum = 0;
        for (int cell = 0; cell < size; cell++)
            sum += cell == without ? 0 : shares[cell * Panel.Columns + column];
        if (without >= 0)
            _logWeights[column] += Math.Log(Math.Max(sum, CellLimits.LeastProbability));
        double left = random.NextUniform() * sum;
        int last = 0;
        for (int cell = 0; cell < size; cell++)
        {
            float share = cell == without ? 0 : shares[cell * Panel.Columns + column];
            if (share <= 0)
                continue;
            last = cell;
            left -= share;
            if (left < 0)
                break;
        }
        return (short)last;
    }

    // One of the columns in proportion to their weights.
    private int Choose(int start, int end)
    {
        if (end == start + 1)
            return start;
        double most = double.NegativeInfinity, sum = 0;
        for (int column = start; column < end; column++)
            most = Math.Max(most, _logWeights[column]);
        for (int column = start; column < end; column++)
            sum += Math.Exp(_logWeights[column] - most);
        double left = random.NextUniform() * sum;
        for (int column = start; column < end; column++)
        {
            left -= Math.Exp(_logWeights[column] - most);
            if (left < 0)
                return column;
        }
        return end - 1;
    }
}
