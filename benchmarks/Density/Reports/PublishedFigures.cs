namespace Density.Reports;

/// <summary>
/// Published test NLL of the five data sets of Papamakarios et al. 2017, in nats, as gathered from the papers. The small tables have
/// other rows and columns and no published figures.
/// </summary>
internal static class PublishedFigures
{
    private static readonly string[] Sets = ["power", "gas", "hepmass", "miniboone", "bsds300-maf"];

    private static readonly (string Model, string[] Nll)[] Rows =
    [
        ("full-covariance Gaussian", ["7.74", "3.58", "27.93", "37.24", "-96.67"]),
        ("MADE", ["3.08", "-3.56", "20.98", "15.59", "-148.85"]),
        ("RealNVP", ["-0.17", "-8.33", "18.71", "13.55", "-153.28"]),
        ("Glow, as printed", ["-0.17", "-8.15", "18.92", "11.35", "-155.07"]),
        ("Glow, run of the NSF authors", ["-0.42", "-12.24", "16.99", "10.55", "-156.95"]),
        ("MAF, as printed", ["-0.24", "-10.08", "17.70", "11.75", "-155.69"]),
        ("MAF, run of the NSF authors", ["-0.45", "-12.35", "17.03", "10.92", "-156.95"]),
        ("FFJORD", ["-0.46", "-8.59", "14.92", "10.43", "-157.40"]),
        ("TAN, as printed", ["-0.48", "-11.19", "15.12", "11.01", "-157.03"]),
        ("TAN, published later", ["-0.60", "-12.06", "13.78", "11.01", "-159.80"]),
        ("NAF", ["-0.62", "-11.96", "15.09", "8.86", "-157.73"]),
        ("SOS", ["-0.60", "-11.99", "15.15", "8.90", "-157.48"]),
        ("NSF (C)", ["-0.64", "-13.09", "14.75", "9.67 +- 0.47", "-157.54"]),
        ("NSF (AR)", ["-0.66", "-13.09", "14.01", "9.22 +- 0.48", "-157.31"]),
        ("NVF (C), claimed", ["-0.68", "-13.21", "14.53", "7.35", "-158.25"]),
        ("NVF (AR), claimed", ["-0.69", "-13.27", "13.87", "7.42", "-158.26"]),
    ];

    /// <summary>The models and their figures for a data set; none for any other.</summary>
    public static IEnumerable<(string Model, string Nll)> Of(string data)
    {
        int column = Array.IndexOf(Sets, data);
        return column < 0 ? [] : Rows.Select(row => (row.Model, row.Nll[column]));
    }
}
