using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// The annotations of a column that outlive its table: values and vectors of numbers, texts, truth values and dates, such as the names of
/// keys. Others are left out, so that a synthesizer gives the same schema before and after it was saved.
/// </summary>
internal sealed class KeptAnnotations
{
    private readonly List<(string Name, int Form, bool IsVector, Array Values)> _kept = [];

    private KeptAnnotations()
    {
    }

    public static KeptAnnotations Of(DataViewSchema.Annotations annotations)
    {
        var kept = new KeptAnnotations();
        foreach (var column in annotations.Schema)
        {
            var vector = column.Type as VectorDataViewType;
            if (ValueForm.Of(vector?.ItemType ?? column.Type) is ({ } form, var number) && vector is not { IsKnownSize: false })
                kept._kept.Add((column.Name, number, vector is not null, form.Values(annotations, column)));
        }
        return kept;
    }

    public DataViewSchema.Annotations ToAnnotations()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        foreach (var (name, form, isVector, values) in _kept)
            ValueForm.Of(form).Add(builder, name, values, isVector);
        return builder.ToAnnotations();
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_kept.Count);
        foreach (var (name, form, isVector, values) in _kept)
        {
            writer.Write(name);
            writer.Write(form);
            writer.Write(isVector);
            writer.Write(values.Length);
            ValueForm.Of(form).Write(writer, values);
        }
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static KeptAnnotations Read(BinaryReader reader)
    {
        var kept = new KeptAnnotations();
        for (int left = reader.ReadCount(leastBytes: 1); left > 0; left--)
        {
            string name = reader.ReadString();
            int form = reader.ReadInt32();
            bool isVector = reader.ReadBoolean();
            int count = reader.ReadCount(leastBytes: 1);
            if (count < 1 || !isVector && count > 1)
                throw new InvalidDataException($"it claims {count} values of '{name}'");
            kept._kept.Add((name, form, isVector, ValueForm.Of(form).Read(reader, count)));
        }
        return kept;
    }
}
