using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Synthesis;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Relations;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;
using Microsoft.ML.NormalizingFlows.Tests.Processes;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

public class SavedSynthesizerTests(SmallSynthesizer small) : IClassFixture<SmallSynthesizer>
{
    /// <summary>The task of the second process: loads a synthesizer, draws rows and scores them.</summary>
    internal static void LoadAndDraw(string[] arguments)
    {
        var ml = new MLContext();
        File.WriteAllText(arguments[2], Text((SynthesizerTransformer)ml.Model.Load(arguments[0], out _)));
    }

    [Fact]
    public void Another_process_draws_and_scores_the_same_rows()
    {
        byte[] output = OtherProcess.Output(LoadAndDraw, small.Ml, small.Synthesizer, small.Table.Schema, rows: []);
        Assert.Equal(Text(small.Synthesizer), Encoding.UTF8.GetString(output));
    }

    [Fact]
    public void A_pipeline_that_ends_in_a_synthesizer_is_saved_too()
    {
        var model = small.Ml.Transforms.CopyColumns("Size2", "Size").Append(small.Ml.Data.Synthesizer(SmallSynthesizer.Options)).Fit(small.Table);
        using var stream = new MemoryStream();
        small.Ml.Model.Save(model, small.Table.Schema, stream);
        var loaded = small.Ml.Model.Load(new MemoryStream(stream.ToArray()), out _);
        Assert.Equal(
            model.Transform(small.Table).GetColumn<float>("LogDensity"), loaded.Transform(small.Table).GetColumn<float>("LogDensity"));
    }

    [Fact]
    public void Damage_is_told_in_one_sentence()
    {
        byte[] good = Bytes();
        Assert.Equal("LogDensity", Read(good).LogDensityColumnName);
        Refused("checksum", Changed(good.Length / 2, 1));
        Refused("does not hold a synthesizer", Changed(0, 1));
        Refused("bytes of content", good[..^9]);
        Refused("damaged", good[..10]);
        Refused("update the package", Changed(4, 4));

        byte[] Changed(int at, byte bits)
        {
            var bytes = (byte[])good.Clone();
            bytes[at] ^= bits;
            return bytes;
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        using var stream = new MemoryStream();
        small.Ml.Model.Save(small.Synthesizer, small.Table.Schema, stream);
        byte[] zip = stream.ToArray();
        Assert.ThrowsAny<Exception>(() => small.Ml.Model.Load(new MemoryStream(zip[..(zip.Length / 2)]), out _));
    }

    [Fact]
    public void Trees_that_do_not_fit_their_columns_are_refused()
    {
        var file = small.Synthesizer.File;
        int last = file.Model.Trees.Length - 1;
        var tree = file.Model.Trees[last][0];
        Refused("does not fit together", With(tree with { Left = [.. tree.Left.Select(_ => 0)] }));
        Refused("does not fit together", With(tree with { Left = tree.Right, Right = tree.Left }));
        Refused("does not fit together", With(tree with { Features = [.. tree.Features.Select(_ => last)] }));
        Refused("does not fit together", With(tree with { Starts = [0, 0, tree.Starts[^1]] }));
        Refused("does not fit together", With(tree with { Cells = [.. tree.Cells.Select(_ => file.Model.Counts[last].Length)] }));
        Refused("does not fit together", With(tree with { Places = [.. tree.Places.Select(_ => -1)], Sets = [] }));
        Refused("are not those of the column", Bytes(file with { Model = file.Model with { Counts = [.. file.Model.Counts.Select(counts => counts.Append(1).ToArray())] } }));
        Refused("impossible width", Bytes(file with { Model = file.Model with { Settings = file.Model.Settings with { Background = double.NaN } } }));

        byte[] With(CellTree other) => Bytes(file with { Model = file.Model with { Trees = [.. file.Model.Trees.SkipLast(1), [other]] } });
    }

    [Fact]
    public void Levels_keys_and_dates_that_a_column_cannot_have_are_refused_when_the_model_is_loaded()
    {
        var file = small.Synthesizer.File;
        foreach (var code in file.Codec.Codes.Where(code => code.Ordering is null && (!code.Column.IsNumber || code.Column.Type is DateTimeDataViewType)))
        {
            foreach (double value in new[] { -1e19, 1e19, double.PositiveInfinity })
            {
                var marginal = new Marginal([new Piece(value, value, 1)], [0, 1], default);
                var codec = new TableCodec(file.Codec.Columns, [.. file.Codec.Codes.Select(other => other == code ? code with { Marginal = marginal } : other)], [], []);
                if (code.Column.Type is BooleanDataViewType && double.IsFinite(value))
                    continue;
                Refused($"its column '{code.Column.Name}'", Bytes(file with { Codec = codec }));
            }
        }
    }

    [Fact]
    public void Columns_that_cannot_be_are_refused_when_the_model_is_loaded()
    {
        var file = small.Synthesizer.File;
        ColumnCode price = Code("Price"), kind = Code("Kind");
        foreach (var (minimum, maximum) in new (double, double)[] { (double.NaN, 1), (0, double.NaN), (1, 0), (double.NegativeInfinity, 0) })
            Refused("an impossible place above others", With(price, price with { Ordering = new Ordering([], price.Column.Grid, minimum, maximum) }));
        Refused("an impossible place above others", With(kind, kind with { Ordering = new Ordering([], default, 0, 1) }));
        Refused("a piece of a column has no values", With(price, price with { Marginal = Of(new Piece(double.MinValue, double.MaxValue, 1)) }));
        var ordered = price with { Ordering = new Ordering([], default, 0, 1) };
        Refused("cannot have the value", With(price, ordered with { Marginal = Of(new Piece(-1, -1, 1)) }));
        Refused("no values go together", Bytes(file with { Codec = new TableCodec(file.Codec.Columns, file.Codec.Codes, SeenCombinations.Of(file.Codec.Columns, [["Kind", "Shop"]]), []) }));
        Refused("a column without a name", Bytes(file with { LogDensityColumnName = "" }));
        var date = TableColumn.Of(small.Table.Schema["Kind"], new SynthesizerColumnOptions { Kind = ColumnKind.Date });
        Refused("claims a kind of number 4", Bytes(file with { Codec = new TableCodec([.. file.Codec.Columns.Select(column => column.Name == "Kind" ? date : column)], file.Codec.Codes, [], []) }));

        int later = file.Codec.Codes[^1].Number;
        foreach (var terms in new RelationTerm[][] { [], [new(double.NaN, price.Number)], [new(1, later)], [new(1, -1)], [new(1, [])], [new(1, [new(price.Number, double.NaN)])] })
            Refused("an impossible relation to others", With(price, price with { Relation = new Relation(terms, 0, true, [], default, false) }));
        Refused("an impossible relation to others", Grouped(new GroupCentres(later, [1], [1])));
        foreach (var centres in new GroupCentres[] { new(kind.Number, [1, 1], [1, 1]), new(kind.Number, [1], []), new(kind.Number, [1], [double.NaN]), new(kind.Number, [double.NaN, 1], [1, 1]) })
            Refused("impossible groups of column", Grouped(centres));
        Refused("an impossible rule of two columns", Bytes(file with { Model = file.Model with { Rules = [new CellRule(1, 0, [0], [0], [true])] } }));
        Refused("an order of columns", Bytes(file with { Codec = new TableCodec(file.Codec.Columns, file.Codec.Codes, [], [new ValueOrder(0, 99, true)]) }));

        byte[] Grouped(GroupCentres centres) => With(price, price with { Relation = new Relation([new RelationTerm(1, [], centres)], 0, false, [], default, false) });
        ColumnCode Code(string name) => file.Codec.Codes.First(code => code.Column.Name == name && code.Relation is null);
        Marginal Of(Piece piece) => new([piece], [0, 1], default);
        byte[] With(ColumnCode old, ColumnCode code) =>
            Bytes(file with { Codec = new TableCodec(file.Codec.Columns, [.. file.Codec.Codes.Select(other => other == old ? code : other)], [], []) });
    }

    [Fact]
    public void Unique_keys_of_impossible_numbers_are_refused()
    {
        IsRefused(new Numbering(double.NaN, 1, 0, 1, 10, null), NumberDataViewType.Double);
        IsRefused(new Numbering(0, double.PositiveInfinity, 0, 1, 10, null), NumberDataViewType.Double);
        IsRefused(new Numbering(0, 1e300, 0, 1, 1L << 50, null), NumberDataViewType.Double);
        IsRefused(new Numbering(1e39, 1, 0, 1, 10, null), NumberDataViewType.Single);
        IsRefused(new Numbering(0, 1, 0, 1, -1, null), NumberDataViewType.Int32);
        IsRefused(new Numbering(0, 1, 0, 1, 10, null), TextDataViewType.Instance);
        IsRefused(new Numbering(0, 1, 0, 1, 10, TextKeys.Of(["a1", "a2"])), NumberDataViewType.Int32);
        IsRefused(new Numbering(-1, 1, 0, 1, 10, TextKeys.Of(["a", "b"])), TextDataViewType.Instance);
        IsRefused(new Numbering(5, -1, 0, 1, 10, TextKeys.Of(["a", "b"])), TextDataViewType.Instance);

        static void IsRefused(Numbering keys, DataViewType type)
        {
            using var stream = new MemoryStream();
            keys.Write(new BinaryWriter(stream));
            stream.Position = 0;
            Assert.Throws<InvalidDataException>(() => Numbering.Read(new BinaryReader(stream), type));
        }
    }

    [Fact]
    public void Names_of_keys_and_other_annotations_are_kept()
    {
        var names = new VectorDataViewType(TextDataViewType.Instance, 2);
        var numbers = new VectorDataViewType(NumberDataViewType.Double, 2);
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add("KeyValues", names, (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(2, ["north".AsMemory(), "south".AsMemory()]));
        builder.Add("Weights", numbers, (ref VBuffer<double> value) => value = new(2, [0.5, double.NaN]));
        builder.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        builder.AddPrimitiveValue("Set", new KeyDataViewType(typeof(uint), 3), 2u);
        var kept = KeptAnnotations.Of(builder.ToAnnotations());
        using var stream = new MemoryStream();
        kept.Write(new BinaryWriter(stream));
        stream.Position = 0;
        foreach (var annotations in new[] { kept.ToAnnotations(), KeptAnnotations.Read(new BinaryReader(stream)).ToAnnotations() })
        {
            Assert.Equal(["KeyValues", "Weights", "IsNormalized"], annotations.Schema.Select(column => column.Name));
            VBuffer<ReadOnlyMemory<char>> keys = default;
            annotations.GetValue("KeyValues", ref keys);
            Assert.Equal(["north", "south"], keys.DenseValues().Select(key => key.ToString()));
            VBuffer<double> weights = default;
            annotations.GetValue("Weights", ref weights);
            Assert.Equal([0.5, double.NaN], weights.DenseValues());
        }
    }

    private static string Text(SynthesizerTransformer synthesizer)
    {
        var rows = synthesizer.Transform(synthesizer.Sample(200, seed: 3));
        return string.Join('\n', SmallSynthesizer.Read(rows).Zip(rows.GetColumn<float>("LogDensity"), (visit, density) => $"{visit} {density:R}"));
    }

    private byte[] Bytes(SynthesizerFile? file = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        (file ?? small.Synthesizer.File).Write(writer);
        return stream.ToArray();
    }

    private static SynthesizerFile Read(byte[] bytes) => SynthesizerFile.Read(new BinaryReader(new MemoryStream(bytes)));

    private static void Refused(string message, byte[] bytes) => Assert.Contains(message, Assert.Throws<FormatException>(() => Read(bytes)).Message);
}
