using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>Which columns lie below which.</summary>
internal sealed class ColumnOrder
{
    private ColumnOrder((int Column, bool Strict)[][] lower, IReadOnlyList<int> sequence) => (Lower, Sequence) = (lower, sequence);

    /// <summary>Of each column those below it, and whether strictly so.</summary>
    public IReadOnlyList<(int Column, bool Strict)[]> Lower { get; }

    /// <summary>All columns, lesser ones before greater ones, else in the order of the table.</summary>
    public IReadOnlyList<int> Sequence { get; }

    /// <summary>Whether a column is compared with another.</summary>
    public bool IsOrdered(int column) => Lower[column].Length > 0 || Lower.Any(lower => lower.Any(one => one.Column == column));

    /// <exception cref="ArgumentException">An order is unknown, without meaning, or a circle.</exception>
    public static ColumnOrder Of(IReadOnlyList<TableColumn> columns)
    {
        var lower = columns.Select(_ => new List<(int, bool)>()).ToArray();
        for (int i = 0; i < columns.Count; i++)
        {
            foreach (var (name, strict) in columns[i].Options.Above)
                lower[Find(columns, columns[i], name)].Add((i, strict));
        }
        (int Column, bool Strict)[][] all = [.. lower.Select(list => list.ToArray())];
        return new ColumnOrder(all, Sort(columns, all));
    }

    private static int Find(IReadOnlyList<TableColumn> columns, TableColumn column, string name)
    {
        int at = Enumerable.Range(0, columns.Count).FirstOrDefault(i => columns[i].Name == name, -1);
        if (at < 0)
            throw new ArgumentException($"The column '{column.Name}' is to be below '{name}', but the table has no such column: it has {string.Join(", ", columns.Select(other => other.Name))}.");
        var upper = columns[at];
        if (!column.IsNumber || !upper.IsNumber || column.IsDate != upper.IsDate || column.Type is Data.TimeSpanDataViewType != upper.Type is Data.TimeSpanDataViewType || upper.Options.Unique)
            throw new ArgumentException($"The column '{column.Name}' is to be below '{name}', but only two numbers or two dates have an order: drop the rule, or the {nameof(SynthesizerColumnOptions.Kind)} or {nameof(SynthesizerColumnOptions.Unique)} that is against it.");
        return at;
    }

    private static List<int> Sort(IReadOnlyList<TableColumn> columns, (int Column, bool Strict)[][] lower)
    {
        var sequence = new List<int>();
        var path = new List<int>();
        foreach (int i in Enumerable.Range(0, lower.Length).OrderBy(i => columns[i].IsNumber))
            Visit(i);
        return sequence;

        void Visit(int column)
        {
            if (path.Contains(column))
                throw new ArgumentException($"The columns {string.Join(" > ", path.SkipWhile(other => other != column).Append(column).Select(other => $"'{columns[other].Name}'"))} are each to be below another one in a circle: drop one of these rules.");
            if (sequence.Contains(column))
                return;
            path.Add(column);
            foreach (var (lesser, _) in lower[column])
                Visit(lesser);
            path.RemoveAt(path.Count - 1);
            sequence.Add(column);
        }
    }
}
