using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>What the values of a column are.</summary>
internal enum FieldKind
{
    /// <summary>Numbers with or without decimals.</summary>
    Number,

    /// <summary>Whole numbers of up to 64 bits.</summary>
    Whole,

    /// <summary>true and false.</summary>
    Truth,

    /// <summary>Dates, with or without a time, in one form.</summary>
    Date,

    /// <summary>Anything, and numbers that are names: those with leading zeros.</summary>
    Text,

    /// <summary>Not read.</summary>
    Ignored,
}

/// <summary>A column of a table in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Format">The form of dates; null for others.</param>
internal sealed record ColumnDescription(string Name, FieldKind Kind, string? Format = null)
{
    private static readonly string[] s_dates =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "MM/dd/yyyy", "MM/dd/yyyy HH:mm", "MM/dd/yyyy HH:mm:ss", "M/d/yyyy", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss",
        "dd/MM/yyyy", "dd/MM/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "d/M/yyyy", "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss",
    ];

    // A Double holds all whole numbers up to here; one more is read as the same.
    private const double ExactWhole = 1L << 53;

    private static readonly HashSet<string> s_missing = new(["", "?", "NA", "N/A", "#N/A", "NaN", "null", "none", "-"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a field stands for no value: empty, <c>NA</c>, <c>?</c> and their like.</summary>
    public static bool IsMissing(string? field) => field is null || s_missing.Contains(field.Trim());

    /// <summary>Decides what a column is by all of its values: of several possibilities the one that says the most.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fields">Its values.</param>
    /// <param name="decimalComma">Whether <c>1,5</c> may be a number.</param>
    public static ColumnDescription Decide(string name, IReadOnlyList<string?> fields, bool decimalComma)
    {
        var guess = new Guess(name, decimalComma);
        guess.Add(fields);
        return guess.Decide();
    }

    /// <summary>A column like one of another file: dates may have another form.</summary>
    public static ColumnDescription Like(ColumnDescription other, IReadOnlyList<string?> fields)
    {
        if (other.Kind != FieldKind.Date || fields.All(field => IsMissing(field) || Date(field!.Trim(), other.Format!) is not null))
            return other;
        var guess = new Guess(other.Name, decimalComma: false);
        guess.Add(fields);
        return guess.Decide(other.Kind);
    }

    /// <summary>A finite number with a decimal point, or with a decimal comma; null where it is none.</summary>
    public static double? Number(string value, bool decimalComma)
    {
        if (decimalComma && !value.Contains('.'))
            value = value.Replace(',', '.');
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
    }

    public static DateTime? Date(string value, string format) =>
        DateTime.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>What the values seen so far allow a column to be.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="decimalComma">Whether <c>1,5</c> may be a number.</param>
    public sealed class Guess(string name, bool decimalComma)
    {
        private readonly List<string> _dates = [.. s_dates];
        private bool _any, _truth = true, _whole = true, _number = true;
        private bool _allDigits = true, _anyMissing, _anyLong, _anyPoint, _anyComma;

        // Whole numbers that would lose digits: those beyond 64 bits, and long ones that are read as Double as others of the column are missing.
        private bool IsLongName => _allDigits && (!_whole || _anyMissing && _anyLong);

        // 1.234 among decimal commas is 1234.
        private bool MixesPointAndComma => decimalComma && _anyPoint && _anyComma;

        // 01/02/2024 is of January or of February.
        private bool IsOfEitherOrder => _dates.Exists(form => form.StartsWith('M')) && _dates.Exists(form => form.StartsWith('d') && form.Contains('/'));

        public void Add(IReadOnlyList<string?> fields)
        {
            if (fields is INumberFields numbers && _number)
            {
                AddNumbers(numbers, fields);
                return;
            }
            foreach (string? field in fields)
            {
                if (IsMissing(field))
                    _anyMissing = true;
                else
                    Add(field!.Trim());
            }
        }

        /// <summary>Adds what the processes of a group have seen of the column, each in a part of it.</summary>
        public void Share(TrainingGroup group)
        {
            bool[] any = [_any, _anyMissing, _anyLong, _anyPoint, _anyComma, !_truth, !_whole, !_number, !_allDigits];
            double[] seen = [.. any.Concat(s_dates.Select(form => !_dates.Contains(form))).Select(yes => yes ? 1.0 : 0)];
            group.Sum(seen);
            (_any, _anyMissing, _anyLong, _anyPoint, _anyComma) = (seen[0] > 0, seen[1] > 0, seen[2] > 0, seen[3] > 0, seen[4] > 0);
            (_truth, _whole, _number, _allDigits) = (seen[5] == 0, seen[6] == 0, seen[7] == 0, seen[8] == 0);
            _dates.RemoveAll(form => seen[any.Length + Array.IndexOf(s_dates, form)] > 0);
        }

        /// <summary>What it is.</summary>
        /// <param name="given">Its kind, where that is known; null decides it.</param>
        /// <exception cref="InvalidDataException">It is of dates, but which number is the day cannot be told.</exception>
        public ColumnDescription Decide(FieldKind? given = null)
        {
            var kind = given
                ?? (!_any ? FieldKind.Ignored
                : _truth ? FieldKind.Truth
                : IsLongName || MixesPointAndComma ? FieldKind.Text
                : _whole ? FieldKind.Whole
                : _number ? FieldKind.Number
                : _dates.Count > 0 && !IsOfEitherOrder ? FieldKind.Date
                : FieldKind.Text);
            if (kind == FieldKind.Date && _any && IsOfEitherOrder)
                throw new InvalidDataException($"The dates of '{name}' are month/day or day/month, which no value tells: write them as yyyy-MM-dd.");
            return new(name, kind, kind == FieldKind.Date ? _dates.FirstOrDefault() ?? s_dates[0] : null);
        }

        private void Add(string value)
        {
            _any = true;
            _truth = _truth && bool.TryParse(value, out _);
            _number = _number && !HasLeadingZero(value);
            _whole = _whole && _number && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            _number = _number && (_whole || Number(value, decimalComma) is not null);
            _allDigits = _allDigits && value.AsSpan().TrimStart("+-").IndexOfAnyExceptInRange('0', '9') < 0;
            _anyLong = _anyLong || _allDigits && Math.Abs(Number(value, decimalComma) ?? 0) >= ExactWhole;
            _anyPoint = _anyPoint || value.Contains('.');
            _anyComma = _anyComma || value.Contains(',');
            _dates.RemoveAll(format => Date(value, format) is null);
        }

        private void AddNumbers(INumberFields numbers, IReadOnlyList<string?> fields)
        {
            for (int row = 0; row < fields.Count; row++)
            {
                if (numbers.Number(row) is null)
                {
                    if (fields[row] is { } other)
                        Add(other);
                    else
                        _anyMissing = true;
                    continue;
                }
                (_any, _truth) = (true, false);
                _whole = _whole && numbers.IsWhole(row);
                _allDigits = _allDigits && numbers.IsWhole(row);
                _anyLong = _anyLong || Math.Abs(numbers.Number(row) ?? 0) >= ExactWhole;
                _dates.Clear();
            }
        }

        // 007, but not 0 and 0.5.
        private static bool HasLeadingZero(string value)
        {
            var digits = value.AsSpan().TrimStart("+-");
            return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
        }
    }
}
