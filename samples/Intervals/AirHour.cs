using System.Globalization;
using Microsoft.ML.Data;
using Samples.Shared.Tables;

namespace IntervalsSample;

/// <summary>An hour whose dust is not known yet.</summary>
internal sealed class Tomorrow
{
    [VectorType(15)]
    public float[] Known { get; set; } = [];
}

/// <summary>An hour of the air: what is known a day ahead, with the weather as forecast, and what is to be predicted.</summary>
internal sealed class AirHour
{
    private const int DayHours = 24;

    /// <summary>Fine dust in micrograms a cubic metre.</summary>
    public float Dust { get; set; }

    /// <summary>ln of the dust, made even within its rounding: a density has no place for whole numbers.</summary>
    public float LogDust { get; set; }

    /// <summary>ln of the dust a day before; dew point, temperature, pressure, wind, snow and rain; wind directions; hour and month on circles.</summary>
    [VectorType(15)]
    public float[] Known { get; set; } = [];

    [NoColumn]
    public DateTime Time { get; set; }

    /// <summary>The hours of a file whose dust is known then and a day before, in their order.</summary>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static List<AirHour> Read(string path)
    {
        using var csv = new CsvReader(path);
        int[] columns = [.. new[] { "year", "month", "day", "hour", "pm2.5", "DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir" }.Select(name => csv.Header.ToList().IndexOf(name))];
        if (columns.Contains(-1))
            throw new InvalidDataException($"{path} is not the table 'Beijing PM2.5' of the UCI repository: it has the columns {string.Join(", ", csv.Header)}.");
        var random = new Random(1);
        var hours = new List<AirHour>();
        var dustAt = new Dictionary<DateTime, float>();
        while (csv.ReadRow() is { } fields)
        {
            float Number(int column) => float.TryParse(fields[columns[column]], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : float.NaN;
            var time = new DateTime((int)Number(0), (int)Number(1), (int)Number(2), (int)Number(3), 0, 0);
            if (float.IsNaN(Number(4)))
                continue;
            dustAt[time] = Number(4);
            if (!dustAt.TryGetValue(time.AddHours(-DayHours), out float before))
                continue;
            double hour = 2 * Math.PI * time.Hour / DayHours, month = 2 * Math.PI * time.DayOfYear / 365.25;
            hours.Add(new AirHour
            {
                Time = time,
                Dust = Number(4),
                LogDust = Log(Number(4) + random.NextSingle() - 0.5f),
                Known =
                [
                    Log(before), Number(5), Number(6), Number(7), Log(Number(9)), Log(Number(10)), Log(Number(11)),
                    .. new[] { "NW", "NE", "SE", "cv" }.Select(direction => fields[columns[8]] == direction ? 1f : 0),
                    (float)Math.Cos(hour), (float)Math.Sin(hour), (float)Math.Cos(month), (float)Math.Sin(month),
                ],
            });
        }
        return hours;
    }

    /// <summary>Dust from the logarithm that is predicted.</summary>
    public static double Dusty(double log) => Math.Exp(log) - 1;

    private static float Log(float value) => MathF.Log(1 + Math.Max(0, value));
}
