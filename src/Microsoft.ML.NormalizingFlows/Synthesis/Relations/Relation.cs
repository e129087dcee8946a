using System.Globalization;
using System.Text;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>
/// What a number nearly is by columns before it: a constant and a sum of products of powers, such as <c>a + b</c>, <c>a / b</c> or
/// <c>0.5 a b^2</c>, or the median of a group of rows. It is learned by how far it departs from that: a shift by
/// known numbers, so that densities stay what they are (its Jacobian is 1), and rounded values stay on their grid.
/// </summary>
/// <param name="Terms">What is added, 1 or more.</param>
/// <param name="Constant">What is added in every row.</param>
/// <param name="IsEquality">Whether it speaks only of rows that keep it exactly, as where a payment is the last bill in some rows.</param>
/// <param name="Frequent">Values of many rows, such as 0, of which it does not speak.</param>
/// <param name="Grid">Of the column.</param>
/// <param name="IsSingle">Whether the column holds Singles, which keep fewer digits.</param>
internal sealed record Relation(RelationTerm[] Terms, double Constant, bool IsEquality, double[] Frequent, Grid Grid, bool IsSingle)
{
    /// <summary>What arithmetic may do to an equal value, by its size.</summary>
    private const double Dust = 1e-13, DustSingle = 5e-7;

    /// <summary>The form of a file from which on a term may be the median of a group.</summary>
    private const int VersionOfCentres = 2;

    /// <summary>What the column would be; NaN where a value that it takes is missing.</summary>
    public double Predict(ReadOnlySpan<double> row)
    {
        double sum = Constant;
        foreach (var term in Terms)
            sum += term.Of(row);
        return double.IsFinite(sum) && !(Math.Abs(sum) > double.MaxValue / 2) ? Grid.Round(sum) : double.NaN;
    }

    /// <summary>How far a value is from what it would be; NaN where nothing is said of it.</summary>
    public double Departure(ReadOnlySpan<double> row, double value)
    {
        double predicted = Predict(row);
        if (double.IsNaN(predicted) || double.IsNaN(value) || Frequent.Contains(value))
            return double.NaN;
        double departure = Grid.Round(value - predicted);
        return !IsEquality ? departure : Math.Abs(departure) <= (Grid.IsNone ? (IsSingle ? DustSingle : Dust) * Math.Abs(value) : 0) ? 0 : double.NaN;
    }

    /// <summary>The value that departs so far.</summary>
    public double Restore(ReadOnlySpan<double> row, double departure, TableColumn column) => column.Stored(Grid.Round(Predict(row) + departure));

    /// <summary>In words, such as "total = bill + fee".</summary>
    public string Describe(IReadOnlyList<TableColumn> columns, string name)
    {
        var text = new StringBuilder(name).Append(IsEquality ? " = " : " ~ ");
        for (int i = 0; i < Terms.Length; i++)
        {
            double factor = Math.Abs(Terms[i].Factor);
            text.Append(Terms[i].Factor < 0 ? i == 0 ? "-" : " - " : i == 0 ? "" : " + ");
            if (factor != 1)
                text.Append(CultureInfo.InvariantCulture, $"{factor:G4} ");
            if (Terms[i].Centres is { } centres)
                text.Append("the median of each ").Append(columns[centres.Column].Name);
            text.AppendJoin(" ", Terms[i].Powers.Select(power => power.Exponent == 1 ? columns[power.Column].Name : string.Create(CultureInfo.InvariantCulture, $"{columns[power.Column].Name}^{power.Exponent:G4}")));
        }
        return Constant == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $" {(Constant < 0 ? '-' : '+')} {Math.Abs(Constant):G4}").ToString();
    }

    /// <summary>Whether all that it takes is among the known values.</summary>
    public bool Knows(Func<int, bool> isKnown) => Terms.All(term => term.Columns.All(isKnown));

    /// <param name="reader">Where it stands.</param>
    /// <param name="columns">Of the table.</param>
    /// <param name="number">Of the column that it is of.</param>
    /// <param name="before">The columns whose codes were read.</param>
    /// <param name="version">The form of the file.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Relation Read(BinaryReader reader, IReadOnlyList<TableColumn> columns, int number, IReadOnlySet<int> before, int version)
    {
        var terms = new RelationTerm[reader.ReadCount(leastBytes: 12)];
        for (int i = 0; i < terms.Length; i++)
        {
            terms[i] = new RelationTerm(reader.ReadDouble(), [.. Enumerable.Range(0, reader.ReadCount(leastBytes: 12)).Select(_ => new ColumnPower(reader.ReadInt32(), reader.ReadDouble()))]);
            if (version >= VersionOfCentres && reader.ReadBoolean())
                terms[i] = terms[i] with { Centres = GroupCentres.Read(reader) };
        }
        var read = new Relation(terms, reader.ReadDouble(), reader.ReadBoolean(), reader.ReadArray<double>(), columns[number].Grid, columns[number].IsSingle);
        bool fits = columns[number].IsNumber && terms.Length > 0 && double.IsFinite(read.Constant)
            && Array.TrueForAll(terms, term => double.IsFinite(term.Factor) && term.Columns.All(before.Contains) && term.Columns.Any() && Array.TrueForAll(term.Powers, power => IsNumber(power.Column) && double.IsFinite(power.Exponent)));
        return fits ? read : throw new InvalidDataException($"its column '{columns[number].Name}' claims an impossible relation to others");

        bool IsNumber(int column) => before.Contains(column) && columns[column].IsNumber;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Terms.Length);
        foreach (var term in Terms)
        {
            writer.Write(term.Factor);
            writer.Write(term.Powers.Length);
            foreach (var (column, exponent) in term.Powers)
            {
                writer.Write(column);
                writer.Write(exponent);
            }
            writer.Write(term.Centres is not null);
            term.Centres?.Write(writer);
        }
        writer.Write(Constant);
        writer.Write(IsEquality);
        writer.WriteArray<double>(Frequent);
    }
}

/// <summary>A part of a sum: a factor times powers of columns, and, where there are such, times the median of a group.</summary>
internal sealed record RelationTerm(double Factor, ColumnPower[] Powers, GroupCentres? Centres = null)
{
    public RelationTerm(double factor, int column)
        : this(factor, [new ColumnPower(column, 1)])
    {
    }

    /// <summary>The columns that it takes.</summary>
    public IEnumerable<int> Columns => Centres is null ? Powers.Select(power => power.Column) : Powers.Select(power => power.Column).Append(Centres.Column);

    public double Of(ReadOnlySpan<double> row)
    {
        double product = Centres is null ? Factor : Factor * Centres.Of(row[Centres.Column]);
        foreach (var power in Powers)
            product *= power.Of(row[power.Column]);
        return product;
    }
}

/// <summary>A power of the value of a column.</summary>
internal readonly record struct ColumnPower(int Column, double Exponent)
{
    public double Of(double value) => Exponent == 1 ? value : Exponent == -1 ? 1 / value : Math.Pow(value, Exponent);
}
