using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Density.Data;

/// <summary>Rows to train on, to choose the epoch by, and to be judged by. Densities are in the units of these rows.</summary>
internal sealed record DensityData(string Name, float[][] Training, float[][] Validation, float[][] Test)
{
    /// <summary>The entropy of the distribution in nats, where it is known: no model can have a lower expected NLL.</summary>
    public double? Entropy { get; init; }

    public int Columns => Training[0].Length;

    /// <summary>SHA-256 over the shapes and values of all three parts: runs are compared in pairs only where it is the same.</summary>
    public string Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[][] part in new[] { Training, Validation, Test })
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>(new[] { part.Length, Columns }));
            foreach (float[] row in part)
                hash.AppendData(MemoryMarshal.AsBytes<float>(row));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Refuses what no model could be trained on, before any training starts.</summary>
    /// <exception cref="InvalidDataException">A part has too few rows, rows differ in length, or a value is not finite.</exception>
    public DensityData Check()
    {
        foreach (var (part, rows) in new[] { ("training", Training), ("validation", Validation), ("test", Test) })
        {
            if (rows.Length < 2)
                throw new InvalidDataException($"{Name} has {rows.Length} {part} rows; 2 are needed at least.");
            for (int r = 0; r < rows.Length; r++)
            {
                if (rows[r].Length != Columns)
                    throw new InvalidDataException($"{Name}: {part} row {r + 1} has {rows[r].Length} columns, the first training row {Columns}.");
                int bad = Array.FindIndex(rows[r], value => !float.IsFinite(value));
                if (bad >= 0)
                    throw new InvalidDataException($"{Name}: {part} row {r + 1}, column {bad + 1} is {rows[r][bad]}; drop or fill such rows first.");
            }
        }
        return this;
    }
}
