using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Options = Microsoft.ML.NormalizingFlows.FlowOptions;

namespace Microsoft.ML.NormalizingFlows.Persistence;

/// <summary>
/// What a model file says: columns, architecture, report, arrays. Reading applies to the architecture the ranges of the
/// options, and compares its sizes with the number of values that are there.
/// </summary>
internal static class ModelFileContent
{
    private const int MaximumNameLength = 4_096;

    public static void Write(BinaryWriter writer, FlowFile file)
    {
        WriteColumns(writer, file.Columns);
        writer.Write(file.Model.Members.Count);
        foreach (var member in file.Model.Members)
        {
            WriteArchitecture(writer, member.Architecture);
            NamedArrays.Write(writer, member.Arrays);
        }
        WriteReport(writer, file.Model.Report);
    }

    /// <param name="reader">At the start of the content.</param>
    /// <param name="version">Of the form; before 2 no state could be left out of scores, before 3 there were no ensembles and no other base than N(0, I), before 4 no states that are Gaussians.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    /// <exception cref="EndOfStreamException">The content ends too soon.</exception>
    public static FlowFile Read(BinaryReader reader, int version)
    {
        var columns = ReadColumns(reader);
        if (version > 1)
            columns = ReadPruning(reader, columns);
        var model = version > 2 ? ReadEnsemble(reader, version) : ReadFlow(reader);
        int dimensions = model.Architecture.Dimensions;
        if (columns.SlotNames is { } names && names.Count != dimensions)
            throw new InvalidDataException($"it names {names.Count} slots of {dimensions} features");
        if (columns.FeatureIsScalar && dimensions != 1)
            throw new InvalidDataException($"it claims a scalar of {dimensions} features");
        return new FlowFile(columns, model);
    }

    private static FlowModel ReadEnsemble(BinaryReader reader, int version)
    {
        int count = reader.ReadInt32();
        Ranges.Integer(nameof(Options.EnsembleSize), count, 1, FlowLimits.Members);
        var members = new List<FlowMember>();
        for (int i = 0; i < count; i++)
        {
            var architecture = ReadChecked(reader, version);
            members.Add(new FlowMember(architecture, ReadArrays(reader, architecture)));
        }
        if (members.Any(member => member.Architecture.Dimensions != members[0].Architecture.Dimensions))
            throw new InvalidDataException("its flows are over different numbers of features");
        return new FlowModel(members, ReadReport(reader) with { EnsembleSize = count });
    }

    // The forms before ensembles.
    private static FlowModel ReadFlow(BinaryReader reader)
    {
        var architecture = ReadChecked(reader, version: 2);
        var report = ReadReport(reader);
        return new FlowModel(architecture, ReadArrays(reader, architecture), report);
    }

    private static FlowArchitecture ReadChecked(BinaryReader reader, int version)
    {
        var architecture = ReadArchitecture(reader);
        if (version > 2)
            architecture = architecture with { BaseComponents = reader.ReadInt32() };
        if (version > 3)
            architecture = architecture with { GaussianStates = reader.ReadBoolean() };
        ArchitectureCheck.Check(architecture);
        return architecture;
    }

    private static IReadOnlyList<NamedArray> ReadArrays(BinaryReader reader, FlowArchitecture architecture)
    {
        var arrays = NamedArrays.Read(reader);
        long values = arrays.Sum(array => (long)array.Values.Length);
        if (values < ArchitectureCheck.LeastValues(architecture))
            throw new InvalidDataException($"its {values} values are too few for the flow that it claims to be");
        return arrays;
    }

    private static void WriteColumns(BinaryWriter writer, FlowColumns columns)
    {
        writer.Write(columns.Feature);
        writer.Write(columns.FeatureIsScalar);
        writer.Write(columns.SlotNames?.Count ?? -1);
        foreach (string name in columns.SlotNames ?? [])
            writer.Write(name);
        WriteName(writer, columns.LogDensity);
        WriteName(writer, columns.LatentCluster);
        WriteName(writer, columns.LatentClusterIndex);
        WriteName(writer, columns.LatentProbabilities);
        WriteName(writer, columns.BaseVector);
        WriteName(writer, columns.PruningBound);
        writer.Write(columns.PrunedProbability);
    }

    private static FlowColumns ReadColumns(BinaryReader reader) => new()
    {
        Feature = ReadText(reader),
        FeatureIsScalar = reader.ReadBoolean(),
        SlotNames = ReadSlotNames(reader),
        LogDensity = ReadName(reader),
        LatentCluster = ReadName(reader),
        LatentClusterIndex = ReadName(reader),
        LatentProbabilities = ReadName(reader),
        BaseVector = ReadName(reader),
    };

    private static FlowColumns ReadPruning(BinaryReader reader, FlowColumns columns)
    {
        var pruning = columns with { PruningBound = ReadName(reader), PrunedProbability = reader.ReadDouble() };
        Ranges.Below(nameof(FlowColumns.PrunedProbability), pruning.PrunedProbability, 0, 1);
        return pruning;
    }

    private static List<string>? ReadSlotNames(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count == -1)
            return null;
        if (count is < 1 or > FlowLimits.Dimensions)
            throw new InvalidDataException($"it claims {count} slot names");
        var names = new List<string>();
        for (int i = 0; i < count; i++)
            names.Add(ReadText(reader));
        return names;
    }

    private static void WriteArchitecture(BinaryWriter writer, FlowArchitecture architecture)
    {
        writer.Write(architecture.Dimensions);
        writer.Write(architecture.States);
        writer.Write((int)architecture.Pattern);
        writer.Write((int)architecture.Map);
        writer.Write((int)architecture.Permutation);
        writer.Write((int)architecture.Parameterization);
        writer.Write(architecture.Layers);
        writer.Write(architecture.HiddenUnits);
        writer.Write(architecture.Blocks);
        writer.Write(architecture.Bins);
        writer.Write(architecture.TailBound);
        writer.Write(architecture.Dropout);
        writer.Write(architecture.StateStandardization);
        writer.Write(architecture.EncoderHiddenUnits);
        writer.Write(architecture.Seed);
        writer.Write(architecture.BaseComponents);
        writer.Write(architecture.GaussianStates);
    }

    // An initializer runs in the order in which it is written: the order above.
    private static FlowArchitecture ReadArchitecture(BinaryReader reader) => new()
    {
        Dimensions = reader.ReadInt32(),
        States = reader.ReadInt32(),
        Pattern = (FlowPattern)reader.ReadInt32(),
        Map = (FlowMap)reader.ReadInt32(),
        Permutation = (FlowPermutation)reader.ReadInt32(),
        Parameterization = (FlowParameterization)reader.ReadInt32(),
        Layers = reader.ReadInt32(),
        HiddenUnits = reader.ReadInt32(),
        Blocks = reader.ReadInt32(),
        Bins = reader.ReadInt32(),
        TailBound = reader.ReadDouble(),
        Dropout = reader.ReadDouble(),
        StateStandardization = reader.ReadBoolean(),
        EncoderHiddenUnits = reader.ReadInt32(),
        Seed = reader.ReadUInt64(),
    };

    private static void WriteReport(BinaryWriter writer, TrainingReport report)
    {
        writer.Write(report.TrainingRows);
        writer.Write(report.ValidationRows);
        writer.Write(report.Epochs);
        writer.Write(report.BestEpoch);
        writer.Write(report.Steps);
        writer.Write(report.ValidationLogDensity);
        writer.Write(report.MutualInformation);
        writer.Write(report.StatesUsed);
        writer.Write(report.Parameters);
        writer.Write(report.Cancelled);
    }

    private static TrainingReport ReadReport(BinaryReader reader) => new()
    {
        TrainingRows = reader.ReadInt64(),
        ValidationRows = reader.ReadInt64(),
        Epochs = reader.ReadInt32(),
        BestEpoch = reader.ReadInt32(),
        Steps = reader.ReadInt64(),
        ValidationLogDensity = reader.ReadDouble(),
        MutualInformation = reader.ReadDouble(),
        StatesUsed = reader.ReadInt32(),
        Parameters = reader.ReadInt64(),
        Cancelled = reader.ReadBoolean(),
    };

    private static void WriteName(BinaryWriter writer, string? name)
    {
        writer.Write(name is not null);
        if (name is not null)
            writer.Write(name);
    }

    private static string? ReadName(BinaryReader reader) => reader.ReadBoolean() ? ReadText(reader) : null;

    private static string ReadText(BinaryReader reader)
    {
        string text = reader.ReadString();
        return text.Length <= MaximumNameLength ? text : throw new InvalidDataException($"it has a name of {text.Length} characters");
    }
}
