using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// Draws what is unknown of one row, cell after cell, and each value as soon as its cell is there, since later columns may be counted from it. What breaks a
/// rule that all training rows keep is drawn anew, unless what is given leaves nothing else; so is the row where a relation leads to no value that its column may
/// have, as the last part of a whole that the others exceed.
/// </summary>
internal ref struct RowDraw
{
    /// <summary>How often a cell or value is drawn that breaks a rule, or that the column cannot have.</summary>
    private const int MaximumAttempts = 32;

    /// <summary>How often a row is drawn that a relation leads nowhere from.</summary>
    private const int MaximumRows = 16;

    /// <summary>ln of what a row weighs that breaks a rule, or that a relation leads out of the range it is to be in.</summary>
    private const double LogOfBroken = -30;

    private readonly DrawnColumns _columns;
    private readonly CellWeights? _weights;
    private readonly Span<int> _cells;
    private readonly Span<double> _values;
    private readonly RandomStream _random;

    // Whether a cell was drawn, so that what is known behind it weighs.
    private bool _isBehind;
    private bool _leadsNowhere;
    private double _logWeight;

    public RowDraw(DrawnColumns columns, CellWeights? weights, Span<int> cells, Span<double> values, ulong seed)
    {
        (_columns, _weights, _random) = (columns, weights, new RandomStream(seed));
        _cells = cells;
        _values = values;
    }

    /// <summary>Draws it; returns ln of its weight, see <see cref="ICellEvaluator.Draw"/>.</summary>
    public double Run()
    {
        int[] cells = _columns.HasRelations ? _cells.ToArray() : [];
        double[] values = _columns.HasRelations ? _values.ToArray() : [];
        DrawAll();
        for (int row = 1; row < MaximumRows && _leadsNowhere; row++)
        {
            cells.CopyTo(_cells);
            values.CopyTo(_values);
            (_isBehind, _leadsNowhere, _logWeight) = (false, false, 0);
            DrawAll();
        }
        return _logWeight;
    }

    private void DrawAll()
    {
        var codes = _columns.Codes;
        for (int place = 0; place < codes.Count; place++)
        {
            if (codes[place].Relation is null)
                DrawAlone(codes[place]);
            else if (_values[codes[place].Number] == CellRows.ToDraw)
                DrawRelated(codes[place], codes[++place]);
            else
                WeighRelated(codes[place], codes[++place]);
        }
    }

    private void DrawAlone(ColumnCode code)
    {
        bool isUnknown = _cells[code.Place] == CellRows.Unknown, hasValue = _values[code.Number] != CellRows.ToDraw;
        if (!isUnknown && _isBehind)
            _logWeight += LogOfKnown(code);
        double weight = _logWeight;
        for (int attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            if (isUnknown)
            {
                _logWeight = weight;
                DrawCell(code);
            }
            if (hasValue)
                break;
            _values[code.Number] = CellRows.ToDraw;
            code.Decode(_cells[code.Place], _random, _values, _weights?.Within(code.Number));
            if (_columns.IsInOrder(code.Place, _values))
                break;
        }
        _isBehind |= isUnknown;
    }

    private readonly double LogOfKnown(ColumnCode code) =>
        _columns.Trees[code.Place].LogProbability(_cells, _cells[code.Place]) + (_columns.Allows(code.Place, _cells, _cells[code.Place]) && _columns.IsInOrder(code.Place, _values) ? 0 : LogOfBroken);

    private void DrawCell(ColumnCode code)
    {
        int place = code.Place;
        var trees = _columns.Trees[place];
        ReadOnlySpan<float> worth = _weights?.Has(place) == true ? _weights.Of(place) : default;
        if (!_columns.HasRules(place))
        {
            _cells[place] = worth.IsEmpty ? trees.Draw(_cells, _random) : trees.Draw(_cells, worth, _random, ref _logWeight);
            return;
        }
        for (int attempt = 0; worth.IsEmpty && attempt < MaximumAttempts; attempt++)
        {
            _cells[place] = trees.Draw(_cells, _random);
            if (_columns.Allows(place, _cells, _cells[place]))
                return;
        }
        var allowed = new float[code.Marginal.Count];
        for (int cell = 0; cell < allowed.Length; cell++)
            allowed[cell] = _columns.Allows(place, _cells, cell) ? worth.IsEmpty ? 1 : worth[cell] : 0;
        // What is given may leave nothing that keeps the rules.
        if (!allowed.AsSpan().ContainsAnyExcept(0f))
        {
            _logWeight += LogOfBroken;
            if (worth.IsEmpty)
                return;
            worth.CopyTo(allowed);
        }
        double weight = _logWeight;
        _cells[place] = trees.Draw(_cells, allowed, _random, ref weight);
        _logWeight = worth.IsEmpty ? _logWeight : weight;
    }

    private void DrawRelated(ColumnCode departure, ColumnCode own)
    {
        _isBehind = true;
        int attempt = 0;
        bool saysNothing = double.IsNaN(departure.Relation!.Predict(_values)) && departure.Marginal.Encode(double.NaN, out _cells[departure.Place]) == 0;
        for (; attempt < MaximumAttempts && !saysNothing; attempt++)
        {
            int cell = _cells[departure.Place] = _columns.Trees[departure.Place].Draw(_cells, _random);
            if (departure.IsFree(cell))
                break;
            double value = departure.Relation.Restore(_values, departure.Marginal.Decode(cell, _random), own.Column);
            if (double.IsNaN(value) || !own.Marginal.EncodeTold(value, out _cells[own.Place]) || !_columns.Allows(own.Place, _cells, _cells[own.Place]))
                continue;
            if (!IsWanted(own, value))
            {
                _logWeight += LogOfBroken;
                break;
            }
            _values[own.Number] = value;
            if (_columns.IsInOrder(own.Place, _values))
                return;
            _values[own.Number] = CellRows.ToDraw;
        }
        _leadsNowhere |= attempt == MaximumAttempts;
        _cells[own.Place] = CellRows.Unknown;
        DrawAlone(own);
    }

    private readonly bool IsWanted(ColumnCode own, double value) =>
        (_weights?.Has(own.Place) != true || _weights.Of(own.Place)[_cells[own.Place]] > 0)
        && (_weights?.Within(own.Number) is not { } range || value >= range.Low && value <= range.High);

    // A value that is known tells how it departs, once all that it departs from is there; one that was not learned says nothing.
    private void WeighRelated(ColumnCode departure, ColumnCode own)
    {
        if (_cells[own.Place] == CellRows.Unknown)
        {
            if (_cells[departure.Place] == CellRows.Unknown)
                _cells[departure.Place] = _columns.Trees[departure.Place].Draw(_cells, _random);
            DrawAlone(own);
            return;
        }
        double log = departure.EncodeAny(_values, out int cell);
        _cells[departure.Place] = cell;
        if (departure.IsFree(cell))
            log += own.EncodeAny(_values, out _) + LogOfKnown(own);
        if (_isBehind)
            _logWeight += log + _columns.Trees[departure.Place].LogProbability(_cells, cell);
    }
}
