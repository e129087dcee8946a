namespace SynthesisSample;

/// <summary>A booking of a hotel room: numbers, texts, dates, truth values, and a value that may be missing.</summary>
internal sealed class Booking
{
    /// <summary>One for each booking, such as B000041.</summary>
    public string Id { get; set; } = "";

    public DateTime Booked { get; set; }

    /// <summary>The day of booking or a later one.</summary>
    public DateTime Arrival { get; set; }

    public int Nights { get; set; }

    public int Guests { get; set; }

    public string Room { get; set; } = "";

    public bool Breakfast { get; set; }

    /// <summary>In euro, in steps of a half.</summary>
    public double Price { get; set; }

    public bool Cancelled { get; set; }

    /// <summary>1 to 10; NaN of those who were not asked or did not come.</summary>
    public float Rating { get; set; }
}
