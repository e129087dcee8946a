using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>
/// A flow bound to a schema: where its features stand, which columns it adds behind the columns of the input, and what must
/// be read and computed for a choice of columns. Making one checks the schema, before any row is read.
/// </summary>
internal sealed class ScoringPlan
{
    /// <param name="input">The schema of the table.</param>
    /// <param name="columns">Says where the features are and what may be left out of scores.</param>
    /// <param name="architecture">The shape of the flow.</param>
    /// <param name="evaluator">Computes its scores.</param>
    /// <param name="added">The columns to add; is told the number of their score set.</param>
    public ScoringPlan(
        DataViewSchema input, FlowColumns columns, FlowArchitecture architecture, SharedEvaluator evaluator, Func<uint, IReadOnlyList<OutputColumn>> added)
    {
        evaluator.ThrowIfDisposed();
        Input = input;
        Architecture = architecture;
        Evaluator = evaluator;
        PrunedProbability = columns.PrunedProbability;
        Feature = FeatureColumn.Find(input, columns.Feature, architecture.Dimensions);
        Added = added(OutputAnnotations.NextSet(input));
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var column in Added)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        Output = builder.ToSchema();
    }

    public DataViewSchema Input { get; }

    /// <summary>The columns of <see cref="Input"/> at their own places, then <see cref="Added"/>.</summary>
    public DataViewSchema Output { get; }

    public DataViewSchema.Column Feature { get; }

    public IReadOnlyList<OutputColumn> Added { get; }

    public FlowArchitecture Architecture { get; }

    public SharedEvaluator Evaluator { get; }

    /// <summary>What may be left out of scores, see <see cref="FlowScores.PrunedProbability"/>.</summary>
    public double PrunedProbability { get; }

    /// <summary>Which columns of <see cref="Output"/> are among <paramref name="columns"/>, by their place.</summary>
    /// <exception cref="InvalidOperationException">A column is of another schema.</exception>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var active = new bool[Output.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length)
                throw new InvalidOperationException($"The column '{column.Name}' asked for is not one of the {active.Length} columns of this data.");
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>What the evaluator must compute for the active columns.</summary>
    public FlowOutputs Needs(bool[] active)
    {
        var needs = FlowOutputs.None;
        for (int i = 0; i < Added.Count; i++)
        {
            if (active[Input.Count + i])
                needs |= Added[i].Needs;
        }
        return needs;
    }

    /// <summary>The columns of the input that must be read for the active columns.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        bool features = Needs(active) != FlowOutputs.None;
        return Input.Where(column => active[column.Index] || (features && column.Index == Feature.Index));
    }
}
