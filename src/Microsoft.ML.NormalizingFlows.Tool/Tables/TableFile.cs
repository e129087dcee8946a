using System.Text.Json;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>A table in a file, with what its columns are.</summary>
internal sealed class TableFile
{
    private readonly TableSource _source;

    private TableFile(TableSource source, IReadOnlyList<ColumnDescription> columns, long? rows) => (_source, Columns, Rows) = (source, columns, rows);

    public IReadOnlyList<ColumnDescription> Columns { get; }

    /// <summary>How many there are; null where that was not counted.</summary>
    public long? Rows { get; }

    /// <summary>Reads a table and decides what its columns are, by all of their values.</summary>
    /// <param name="path">The file, or a folder of files.</param>
    /// <param name="kinds">A JSON file that says what some columns are, <c>{ "Zip": "text" }</c>; null for none.</param>
    /// <param name="group">Processes that read a part each, and tell the others; null for this one alone.</param>
    /// <exception cref="InvalidDataException">A file cannot be read so.</exception>
    public static TableFile Read(string path, string? kinds = null, TrainingGroup? group = null)
    {
        var source = TableSource.Open(path);
        var given = kinds is null ? [] : Kinds(kinds, source.Names);
        ColumnDescription.Guess[] guesses = [.. source.Names.Select(name => new ColumnDescription.Guess(name, source.DecimalComma))];
        long rows = 0;
        var (first, end) = group is null ? (0, source.Size) : new Part(group.Rank + 1, group.Size).Of(source.Size);
        foreach (var block in source.Blocks(first, end))
        {
            for (int c = 0; c < guesses.Length; c++)
                guesses[c].Add(block.Columns[c]);
            rows += block.Rows;
        }
        if (group is not null)
        {
            Array.ForEach(guesses, guess => guess.Share(group));
            double[] all = [rows];
            group.Sum(all);
            rows = (long)all[0];
        }
        if (rows == 0)
            throw new InvalidDataException($"{path} has no rows.");
        return new(source, [.. source.Names.Select((name, c) => guesses[c].Decide(
            given.TryGetValue(name, out var kind) || source.Known.TryGetValue(name, out kind) ? kind : null))], rows);
    }

    /// <summary>
    /// Opens a table whose columns are those that a model was trained on. Their dates may have another form, by the first rows. Columns that the
    /// model does not know are what the file says or their first rows do, and texts where no more is sure.
    /// </summary>
    public static TableFile Open(string path, IReadOnlyList<ColumnDescription> trained)
    {
        var source = TableSource.Open(path);
        using var blocks = source.Blocks(0, source.Size).GetEnumerator();
        var first = blocks.MoveNext() ? blocks.Current : throw new InvalidDataException($"{path} has no rows.");
        var known = trained.Where(column => column.Kind != FieldKind.Ignored).ToDictionary(column => column.Name);
        return new(source, [.. source.Names.Select((name, c) =>
            known.TryGetValue(name, out var column) ? ColumnDescription.Like(column, first.Columns[c])
            : first.Columns[c] is INumberFields ? new ColumnDescription(name, FieldKind.Number)
            : new ColumnDescription(name, FieldKind.Text))], rows: null);
    }

    /// <summary>The same table, some of whose columns are ignored.</summary>
    public TableFile Without(IReadOnlyCollection<string> names) =>
        new(_source, [.. Columns.Select(column => names.Contains(column.Name) ? column with { Kind = FieldKind.Ignored } : column)], Rows);

    /// <summary>The whole table in memory, without the columns that are ignored.</summary>
    /// <exception cref="InvalidDataException">A value is not what its column is.</exception>
    public IDataView ToView() => View(TextTable.Join(_source.Names, _source.Blocks(0, _source.Size)), []);

    /// <summary>A part of it block by block, one at least.</summary>
    /// <param name="part">Which.</param>
    /// <param name="features">Columns of numbers that come as one vector too; empty for none.</param>
    /// <exception cref="InvalidDataException">A value is not what its column is.</exception>
    public IEnumerable<IDataView> Views(Part part, IReadOnlyList<string> features)
    {
        var (first, end) = part.Of(_source.Size);
        return _source.Blocks(first, end).DefaultIfEmpty(TextTable.Empty(_source.Names)).Select(block => View(block, features));
    }

    /// <summary>Columns of numbers as a view that reads the file anew in each pass and keeps no more than a block.</summary>
    public IDataView ToView(IReadOnlyList<string> numbers) => new NumberView(this, numbers);

    /// <summary>The values of columns block by block, NaN where one is missing, and the rows of each block; they are read when they are asked for.</summary>
    /// <param name="numbers">Columns of numbers.</param>
    public IEnumerable<(int Rows, Lazy<double[][]> Values)> Numbers(IReadOnlyList<string> numbers)
    {
        int[] places = [.. numbers.Select(name => Columns.Select(column => column.Name).ToList().IndexOf(name))];
        foreach (var block in _source.Blocks(0, _source.Size, places.Contains))
        {
            var values = new Lazy<double[][]>(() => [.. places.Select(place => BlockView.Numbers(block, Columns[place], place, _source.DecimalComma))]);
            yield return (block.Rows, values);
        }
    }

    private BlockView View(TextTable block, IReadOnlyList<string> features) => new(block, Columns, _source.DecimalComma, features);

    /// <summary>How a kind is written in messages and in a file of kinds.</summary>
    public static string Word(FieldKind kind) => kind switch
    {
        FieldKind.Number => "number",
        FieldKind.Whole => "whole",
        FieldKind.Truth => "truth",
        FieldKind.Date => "date",
        FieldKind.Text => "text",
        FieldKind.Ignored => "ignore",
        _ => throw new NotSupportedException($"{kind} is no kind of column."),
    };

    private static Dictionary<string, FieldKind> Kinds(string path, IReadOnlyList<string> names)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.");
        Dictionary<string, string>? words;
        try
        {
            words = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no JSON object of names and kinds, such as {{ \"Zip\": \"text\" }}: {error.Message.TrimEnd('.')}.", error);
        }
        var kinds = new Dictionary<string, FieldKind>(StringComparer.Ordinal);
        foreach (var (name, word) in words ?? [])
        {
            if (!names.Contains(name))
                throw new InvalidDataException($"{path} names the column '{name}', which the table does not have.");
            var all = Enum.GetValues<FieldKind>();
            int found = Array.FindIndex(all, kind => Word(kind) == word);
            if (found < 0)
                throw new InvalidDataException($"{path} says that '{name}' is '{word}', but a column is one of {string.Join(", ", all.Select(Word))}.");
            kinds[name] = all[found];
        }
        return kinds;
    }
}
