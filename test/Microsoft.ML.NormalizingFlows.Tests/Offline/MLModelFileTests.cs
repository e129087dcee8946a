using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Model files: what is in them, and that each of the real ML.NET and the offline one reads those of the other.</summary>
public sealed class MLModelFileTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_chain_comes_back_with_the_schema_it_was_saved_with()
    {
        var (model, schema) = Fitted();
        var loaded = _ml.Model.Load(new MemoryStream(Saved(model, schema)), out var back);
        Assert.Equal(schema.Select(column => column.ToString()), back.Select(column => column.ToString()));
        Assert.Equal("X", Names(back["Pair"])[0]);
        Assert.Equal([3f, 4, 3, 4], Scores(loaded));
    }

    [Fact]
    public void The_entries_are_those_of_the_real_one()
    {
        var (model, schema) = Fitted();
        using var zip = new ZipArchive(new MemoryStream(Saved(model, schema)));
        Assert.Equal(
            ["Schema", "TrainingInfo/Version.txt", "TransformerChain/Model.key", "TransformerChain/Transform_000/Model.key"],
            zip.Entries.Select(entry => entry.FullName.Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_without_a_schema_gives_none()
    {
        _ml.Model.Load(new MemoryStream(Saved(Fitted().Model, null)), out var schema);
        Assert.Null(schema);
    }

    [Theory]
    [InlineData(MLModelFiles.Real)]
    [InlineData(MLModelFiles.Offline)]
    public void Files_of_both_are_read(string base64)
    {
        var loaded = _ml.Model.Load(new MemoryStream(Convert.FromBase64String(base64)), out var schema);
        Assert.Equal(["X: Single", "Y: Single", "Pair: Vector<Single, 2> {SlotNames}"], schema.Select(column => column.ToString()));
        Assert.Equal(["X", "Y"], Names(schema["Pair"]));
        Assert.Equal([3f, 4, 3, 4], Scores(loaded));
    }

    [Fact]
    public void What_is_no_archive_is_a_wrong_format() =>
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream([1, 2, 3]), out _));

    [Fact]
    public void A_truncated_component_is_a_wrong_format()
    {
        var (model, _) = Fitted();
        var file = Altered(Saved(model, null), "TransformerChain/Model.key", bytes => bytes[..^20]);
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream(file), out _));
    }

    [Fact]
    public void A_component_that_is_newer_says_so()
    {
        // The version that a reader must know, of the component itself.
        var (model, _) = Fitted();
        var file = Altered(Saved(model, null), "TransformerChain/Transform_000/Model.key", bytes =>
        {
            bytes[0x48] = bytes[0x4C] = 0x7F;
            return bytes;
        });
        var error = Assert.ThrowsAny<Exception>(() => _ml.Model.Load(new MemoryStream(file), out _));
        for (var inner = error; inner is not null; inner = inner.InnerException)
            error = inner;
        Assert.IsType<FormatException>(error);
        Assert.Contains("because the model is too new", error.Message);
    }

    private (ITransformer Model, DataViewSchema Schema) Fitted()
    {
        var view = MLRows.Numbered(_ml, 2);
        view = _ml.Transforms.Concatenate("Pair", "X", "Y").Fit(view).Transform(view);
        var model = new TransformerChain<ITransformer>(_ml.Transforms.Concatenate("Features", "X", "Y", "Pair").Fit(view));
        return (model, view.Schema);
    }

    private byte[] Saved(ITransformer model, DataViewSchema? schema)
    {
        var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    private IEnumerable<float> Scores(ITransformer model)
    {
        var view = _ml.Data.LoadFromEnumerable([new MLRows.Point { X = 3, Y = 4 }]);
        view = _ml.Transforms.Concatenate("Pair", "X", "Y").Fit(view).Transform(view);
        return model.Transform(view).GetColumn<float[]>("Features").Single();
    }

    private static string[] Names(DataViewSchema.Column column)
    {
        var names = new VBuffer<ReadOnlyMemory<char>>();
        column.GetSlotNames(ref names);
        return names.DenseValues().Select(name => name.ToString()).ToArray();
    }

    private static byte[] Altered(byte[] file, string name, Func<byte[], byte[]> change)
    {
        var copy = new MemoryStream();
        copy.Write(file);
        using (var zip = new ZipArchive(copy, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.Entries.Single(entry => entry.FullName.Replace('\\', '/') == name);
            var bytes = new MemoryStream();
            using (var source = entry.Open())
                source.CopyTo(bytes);
            entry.Delete();
            using var target = zip.CreateEntry(name).Open();
            target.Write(change(bytes.ToArray()));
        }
        return copy.ToArray();
    }
}
