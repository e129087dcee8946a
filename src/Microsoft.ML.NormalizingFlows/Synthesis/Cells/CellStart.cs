using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>What training starts from: the shares of the cells among the training rows, each digit independent of the others but for small random weights.</summary>
internal static class CellStart
{
    /// <summary>Rows that each cell is seen in beside those that it has.</summary>
    private const double Prior = 0.5;

    public static IReadOnlyList<NamedArray> Create(CellShape shape, CellRows rows, ulong seed)
    {
        int cells = shape.Sizes.Sum(), hidden = shape.HiddenUnits;
        var random = RandomStream.For(seed, "weights");
        var arrays = new List<NamedArray>();
        // A row shows one cell of each digit, so that few of the inputs count.
        AddDense(arrays, "cells.initial", cells, hidden, random, 1 / Math.Sqrt(shape.Digits));
        for (int block = 0; block < shape.Blocks; block++)
        {
            AddDense(arrays, $"cells.blocks.{block}.first", hidden, hidden, random, 1 / Math.Sqrt(hidden));
            AddDense(arrays, $"cells.blocks.{block}.second", hidden, hidden, random, ParameterLimits.NearZero / Math.Sqrt(hidden));
        }
        AddDense(arrays, "cells.final", hidden, cells, random, ParameterLimits.NearZero / Math.Sqrt(hidden));
        arrays[^1] = arrays[^1] with { Values = LogShares(shape, rows) };
        return arrays;
    }

    private static float[] LogShares(CellShape shape, CellRows rows)
    {
        var starts = shape.Starts();
        var counts = new double[starts[^1]];
        Array.Fill(counts, Prior);
        for (int row = 0; row < rows.Count; row++)
        {
            var codes = rows[row];
            for (int digit = 0; digit < codes.Length; digit++)
            {
                if (codes[digit] >= 0)
                    counts[starts[digit] + codes[digit]]++;
            }
        }
        var logs = new float[counts.Length];
        for (int digit = 0; digit < shape.Digits; digit++)
        {
            var own = counts.AsSpan(starts[digit]..starts[digit + 1]);
            double sum = 0;
            foreach (double count in own)
                sum += count;
            for (int cell = 0; cell < own.Length; cell++)
                logs[starts[digit] + cell] = (float)Math.Log(own[cell] / sum);
        }
        return logs;
    }

    private static void AddDense(List<NamedArray> arrays, string name, int inputs, int outputs, RandomStream random, double bound)
    {
        var weight = new float[checked(outputs * inputs)];
        random.FillUniform(weight, -(float)bound, (float)bound);
        arrays.Add(new NamedArray(name + ".weight", [outputs, inputs], weight));
        arrays.Add(new NamedArray(name + ".bias", [outputs], new float[outputs]));
    }
}
