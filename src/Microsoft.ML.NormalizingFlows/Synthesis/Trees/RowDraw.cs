using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>Draws what is unknown of one row, cell after cell, and each value as soon as its cell is there, since later columns may be counted from it.</summary>
internal ref struct RowDraw
{
    /// <summary>How often a departure is drawn whose value would be one that the column cannot have, before the column is drawn without it.</summary>
    private const int MaximumAttempts = 16;

    /// <summary>ln of what a row weighs that a relation leads out of the range it is to be in.</summary>
    private const double LogOfOutside = -30;

    private readonly IReadOnlyList<ColumnCode> _codes;
    private readonly ColumnTrees[] _columns;
    private readonly CellWeights? _weights;
    private readonly Span<int> _cells;
    private readonly Span<double> _values;
    private readonly RandomStream _random;

    // Whether a cell was drawn, so that what is known behind it weighs.
    private bool _isBehind;
    private double _logWeight;

    public RowDraw(IReadOnlyList<ColumnCode> codes, ColumnTrees[] columns, CellWeights? weights, Span<int> cells, Span<double> values, ulong seed)
    {
        (_codes, _columns, _weights, _random) = (codes, columns, weights, new RandomStream(seed));
        _cells = cells;
        _values = values;
    }

    /// <summary>Draws it; returns ln of its weight, see <see cref="ICellEvaluator.Draw"/>.</summary>
    public double Run()
    {
        for (int place = 0; place < _codes.Count; place++)
        {
            if (_codes[place].Relation is null)
                DrawAlone(_codes[place]);
            else if (_values[_codes[place].Number] == CellRows.ToDraw)
                DrawRelated(_codes[place], _codes[++place]);
            else
                WeighRelated(_codes[place], _codes[++place]);
        }
        return _logWeight;
    }

    private void DrawAlone(ColumnCode code)
    {
        bool isUnknown = _cells[code.Place] == CellRows.Unknown;
        if (isUnknown)
            DrawCell(code);
        else if (_isBehind)
            _logWeight += _columns[code.Place].LogProbability(_cells, _cells[code.Place]);
        _isBehind |= isUnknown;
        if (_values[code.Number] == CellRows.ToDraw)
            code.Decode(_cells[code.Place], _random, _values, _weights?.Within(code.Number));
    }

    private void DrawCell(ColumnCode code) => _cells[code.Place] = _weights?.Has(code.Place) == true
        ? _columns[code.Place].Draw(_cells, _weights.Of(code.Place), _random, ref _logWeight)
        : _columns[code.Place].Draw(_cells, _random);

    private void DrawRelated(ColumnCode departure, ColumnCode own)
    {
        _isBehind = true;
        for (int attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            int cell = _cells[departure.Place] = _columns[departure.Place].Draw(_cells, _random);
            if (departure.IsFree(cell))
                break;
            double value = departure.Relation!.Restore(_values, departure.Marginal.Decode(cell, _random), own.Column);
            if (double.IsNaN(value) || double.IsNegativeInfinity(own.Marginal.Encode(value, out _cells[own.Place])))
                continue;
            if (!IsWanted(own, value))
            {
                _logWeight += LogOfOutside;
                break;
            }
            _values[own.Number] = value;
            return;
        }
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
                _cells[departure.Place] = _columns[departure.Place].Draw(_cells, _random);
            DrawAlone(own);
            return;
        }
        double log = departure.EncodeAny(_values, out int cell);
        _cells[departure.Place] = cell;
        if (departure.IsFree(cell))
            log += own.EncodeAny(_values, out _) + _columns[own.Place].LogProbability(_cells, _cells[own.Place]);
        if (_isBehind)
            _logWeight += log + _columns[departure.Place].LogProbability(_cells, cell);
    }
}
