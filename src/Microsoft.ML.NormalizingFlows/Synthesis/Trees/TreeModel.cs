using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>What was learned of the cells of a table.</summary>
/// <param name="Settings">What becomes of the leaves.</param>
/// <param name="Counts">Training rows of each cell, of each column.</param>
/// <param name="Trees">Of each column, on those before it.</param>
/// <param name="Rules">What all training rows keep.</param>
internal sealed record TreeModel(TreeSettings Settings, int[][] Counts, CellTree[][] Trees, CellRule[] Rules)
{
    /// <exception cref="InvalidDataException">The content is impossible, or does not fit the columns.</exception>
    public static TreeModel Read(BinaryReader reader, IReadOnlyList<ColumnCode> codes)
    {
        var settings = new TreeSettings { Background = reader.ReadDouble(), Wider = reader.ReadDouble(), WiderRows = reader.ReadInt32(), KernelWidth = reader.ReadDouble() };
        if (!(settings.Background is > 0 and < 1e9 && settings.Wider is >= 0 and < 1e9 && settings.KernelWidth is > 0 and < 1e9))
            throw new InvalidDataException("its leaves claim an impossible width");
        var counts = new int[codes.Count][];
        var trees = new CellTree[codes.Count][];
        var scales = new CellScale[codes.Count];
        for (int place = 0; place < codes.Count; place++)
        {
            counts[place] = reader.ReadArray<int>();
            if (counts[place].Length != codes[place].Marginal.Count || counts[place].Any(count => count < 0))
                throw new InvalidDataException($"its {counts[place].Length} cells are not those of the column '{codes[place].Column.Name}'");
            scales[place] = Scale(codes[place], counts[place]);
            trees[place] = new CellTree[reader.ReadCount(leastBytes: 32)];
            for (int tree = 0; tree < trees[place].Length; tree++)
                trees[place][tree] = CellTree.Read(reader, scales[..place], counts[place].Length);
        }
        CellRule[] rules = [.. Enumerable.Range(0, reader.ReadCount(leastBytes: 24)).Select(_ => CellRule.Read(reader, codes))];
        return new TreeModel(settings, counts, trees, rules);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Settings.Background);
        writer.Write(Settings.Wider);
        writer.Write(Settings.WiderRows);
        writer.Write(Settings.KernelWidth);
        for (int place = 0; place < Trees.Length; place++)
        {
            writer.WriteArray<int>(Counts[place]);
            writer.Write(Trees[place].Length);
            foreach (var tree in Trees[place])
                tree.Write(writer);
        }
        writer.Write(Rules.Length);
        foreach (var rule in Rules)
            rule.Write(writer);
    }

    /// <param name="codes">Of the columns.</param>
    /// <param name="orders">Of their values, kept by what is drawn.</param>
    /// <param name="threads">How many.</param>
    public ICellEvaluator CreateEvaluator(IReadOnlyList<ColumnCode> codes, IReadOnlyList<ValueOrder> orders, int threads)
    {
        CellScale[] scales = [.. codes.Zip(Counts, Scale)];
        ColumnTrees[] columns = [.. Trees.Select((trees, place) => new ColumnTrees(place, scales, trees, Settings))];
        return new TreeEvaluator(new DrawnColumns(codes, columns, Rules, orders), threads);
    }

    private static CellScale Scale(ColumnCode code, int[] counts) => new(code.Marginal, !code.Column.IsNumber, counts);
}
