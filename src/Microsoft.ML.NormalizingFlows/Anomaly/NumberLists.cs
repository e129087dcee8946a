namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>Numbers in the file of a detector.</summary>
internal static class NumberLists
{
    private const int Maximum = 1 << 27;

    /// <summary>How many there are, and they.</summary>
    public static void Write(BinaryWriter writer, IReadOnlyList<float> numbers)
    {
        writer.Write(numbers.Count);
        foreach (float number in numbers)
            writer.Write(number);
    }

    /// <summary>Numbers of which it is known how many there are.</summary>
    public static void WriteAll(BinaryWriter writer, IReadOnlyList<double> numbers)
    {
        foreach (double number in numbers)
            writer.Write(number);
    }

    public static double[] ReadAll(BinaryReader reader, int count)
    {
        var numbers = new double[count];
        foreach (ref double number in numbers.AsSpan())
            number = reader.ReadDouble();
        return numbers;
    }

    public static float[] Read(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 1 or > Maximum || count > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float))
            throw new InvalidDataException($"it claims {count} numbers");
        var numbers = new float[count];
        foreach (ref float number in numbers.AsSpan())
            number = reader.ReadSingle();
        return numbers;
    }
}
