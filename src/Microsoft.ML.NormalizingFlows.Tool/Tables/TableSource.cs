namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>A table in a file, or in the files of a folder, which is read in blocks: no more than one is kept.</summary>
internal abstract class TableSource(string path)
{
    /// <summary>Rows of a block, at most; those of Parquet are read by their groups and may be more.</summary>
    protected const int BlockRows = 1 << 14;

    public string Path => path;

    /// <summary>Of the columns.</summary>
    public IReadOnlyList<string> Names { get; protected init; } = [];

    /// <summary>Whether <c>1,5</c> may be a number: not where a comma separates columns.</summary>
    public bool DecimalComma { get; protected init; }

    /// <summary>Kinds that the file already says, by name; empty for files of text.</summary>
    public IReadOnlyDictionary<string, FieldKind> Known { get; protected init; } = new Dictionary<string, FieldKind>();

    /// <summary>Its extent: rows where the file says how many there are, else bytes.</summary>
    public abstract long Size { get; }

    /// <summary>The rows that begin from <paramref name="first"/> to below <paramref name="end"/>, see <see cref="Size"/>.</summary>
    /// <param name="first">From 0.</param>
    /// <param name="end">At most <see cref="Size"/>.</param>
    /// <param name="wanted">Which columns are read; others may come as missing. Null reads all.</param>
    /// <returns>Blocks whose values are there until the next one is asked for.</returns>
    public abstract IEnumerable<TextTable> Blocks(long first, long end, Func<int, bool>? wanted = null);

    /// <summary>Opens a file by its ending, .csv, .tsv, .jsonl or .parquet, or a folder of such files, in the order of their names.</summary>
    /// <exception cref="InvalidDataException">It is none of these, or damaged.</exception>
    public static TableSource Open(string path)
    {
        if (Directory.Exists(path))
            return new TableFolder(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.");
        TableSource source = TableFormats.Of(path) switch
        {
            TableFormat.Separated => SeparatedText.OpenFile(path),
            TableFormat.JsonLines => JsonLines.OpenFile(path),
            TableFormat.Parquet => ParquetFile.OpenFile(path),
            var unknown => throw new NotSupportedException($"{unknown} is no format of tables."),
        };
        if (source.Names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path} has {twice.Count()} columns named '{twice.Key}': give each a name of its own.");
        return source;
    }

    private sealed class TableFolder : TableSource
    {
        private readonly List<TableSource> _files;

        public TableFolder(string path) : base(path)
        {
            _files = [.. Directory.EnumerateFiles(path).Where(TableFormats.IsTable).Order(StringComparer.Ordinal).Select(Open)];
            if (_files.Count == 0)
                throw new InvalidDataException($"{path} is a folder without tables: .csv, .tsv, .jsonl or .parquet.");
            (Names, DecimalComma, Known) = (_files[0].Names, _files[0].DecimalComma, _files[0].Known);
            if (_files.Find(file => !file.Names.SequenceEqual(Names) || file.DecimalComma != DecimalComma) is { } other)
                throw new InvalidDataException($"{other.Path} has other columns than {_files[0].Path}: the tables of a folder are to be parts of one.");
        }

        public override long Size => _files.Sum(file => file.Size);

        public override IEnumerable<TextTable> Blocks(long first, long end, Func<int, bool>? wanted = null)
        {
            long start = 0, rows = 0;
            foreach (var file in _files)
            {
                long from = Math.Clamp(first - start, 0, file.Size), to = Math.Clamp(end - start, 0, file.Size);
                start += file.Size;
                if (from == to)
                    continue;
                foreach (var block in file.Blocks(from, to, wanted))
                {
                    yield return block with { FirstRow = rows };
                    rows += block.Rows;
                }
            }
        }
    }
}
