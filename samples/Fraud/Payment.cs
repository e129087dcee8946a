namespace FraudSample;

/// <summary>A card payment.</summary>
internal sealed class Payment
{
    public static readonly string[] Columns = [nameof(Amount), nameof(Hour), nameof(Distance), nameof(Gap), nameof(Attempts), nameof(Basket)];

    /// <summary>What the numbers of each column count.</summary>
    public static readonly string[] Units = [" euros", " h", " km", " h", "", ""];

    /// <summary>In euros.</summary>
    public float Amount { get; set; }

    /// <summary>Of the day, 0 to 24.</summary>
    public float Hour { get; set; }

    /// <summary>From home, in km.</summary>
    public float Distance { get; set; }

    /// <summary>Hours since the payment before.</summary>
    public float Gap { get; set; }

    /// <summary>At the PIN.</summary>
    public float Attempts { get; set; }

    /// <summary>Number of articles.</summary>
    public float Basket { get; set; }

    /// <summary>1 for a fraud; never shown to the detector.</summary>
    public float Label { get; set; }

    public float Value(int column) => column switch
    {
        0 => Amount,
        1 => Hour,
        2 => Distance,
        3 => Gap,
        4 => Attempts,
        _ => Basket,
    };
}
