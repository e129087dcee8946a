using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>Columns as they are drawn: how values become cells, how these are distributed given those before, and which go together.</summary>
internal sealed class DrawnColumns
{
    private readonly CellRule[][] _rules;
    private readonly ValueOrder[][] _orders;

    /// <param name="codes">Of all columns.</param>
    /// <param name="trees">Of each code.</param>
    /// <param name="rules">Of two columns each.</param>
    /// <param name="orders">Of the values of two columns each.</param>
    public DrawnColumns(IReadOnlyList<ColumnCode> codes, ColumnTrees[] trees, IEnumerable<CellRule> rules, IEnumerable<ValueOrder> orders)
    {
        (Codes, Trees, HasRelations) = (codes, trees, codes.Any(code => code.Relation is not null));
        var own = rules.ToLookup(rule => rule.Second);
        _rules = [.. codes.Select(code => own[code.Place].ToArray())];
        // An order is kept by the column that is drawn last.
        var places = codes.Where(code => code.Relation is null).ToDictionary(code => code.Number, code => code.Place);
        var last = orders.Where(order => places.ContainsKey(order.Lesser) && places.ContainsKey(order.Greater)).ToLookup(order => Math.Max(places[order.Lesser], places[order.Greater]));
        _orders = [.. codes.Select(code => last[code.Place].ToArray())];
    }

    public IReadOnlyList<ColumnCode> Codes { get; }

    public ColumnTrees[] Trees { get; }

    /// <summary>Whether any column is told by others.</summary>
    public bool HasRelations { get; }

    /// <summary>Whether there is a rule of the cells of a column and one before it.</summary>
    public bool HasRules(int place) => _rules[place].Length > 0;

    /// <summary>Whether a cell goes with those that a row has before it.</summary>
    public bool Allows(int place, ReadOnlySpan<int> row, int cell)
    {
        foreach (var rule in _rules[place])
        {
            if (row[rule.First] >= 0 && !rule.Allows(row[rule.First], cell))
                return false;
        }
        return true;
    }

    /// <summary>Whether the value of a column stands to those before it as in all training rows.</summary>
    public bool IsInOrder(int place, ReadOnlySpan<double> row)
    {
        foreach (var order in _orders[place])
        {
            if (!order.Holds(row))
                return false;
        }
        return true;
    }
}
