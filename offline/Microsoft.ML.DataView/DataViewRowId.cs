using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>
/// A 128-bit row identifier. <see cref="Fork"/>, <see cref="Next"/> and <see cref="Combine"/> are rounds of the
/// public-domain MurmurHash3 (128 bit), whose constants these are.
/// </summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public readonly ulong Low;

    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public DataViewRowId Fork()
    {
        var next = Next();
        return new DataViewRowId(next.Low ^ (BitOperations.RotateLeft(C1, 31) * C2), next.High);
    }

    public DataViewRowId Next() => Round(Low, High, 0);

    public DataViewRowId Combine(DataViewRowId other)
    {
        other = other.Fork();
        return Round(
            Low ^ (BitOperations.RotateLeft(other.Low * C1, 31) * C2),
            High,
            BitOperations.RotateLeft(other.High * C2, 33) * C1);
    }

    public int CompareTo(DataViewRowId other) => (High, Low).CompareTo((other.High, other.Low));

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    private static DataViewRowId Round(ulong low, ulong high, ulong mixedIntoHigh)
    {
        low = (BitOperations.RotateLeft(low, 27) + high) * 5 + 0x52dce729;
        high = (BitOperations.RotateLeft(high ^ mixedIntoHigh, 31) + low) * 5 + 0x38495ab5;
        return new DataViewRowId(low, high);
    }
}
