namespace SynthesisSample;

/// <summary>
/// Bookings of a made-up hotel by the sea. Everything hangs together: families come in summer, book early and pay for it; who books early
/// cancels more; who cancelled has no rating, and others rate by room and breakfast.
/// </summary>
internal static class Hotel
{
    private static readonly DateTime s_opening = new(2023, 1, 1);
    private static readonly (string Name, double Price)[] s_rooms = [("single", 62), ("double", 88), ("family", 131), ("suite", 240)];

    public static List<Booking> Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(1, count).Select(number => Draw(random, number))];
    }

    private static Booking Draw(Random random, int number)
    {
        // Twice as many arrivals at the height of summer as in winter.
        int day;
        do
            day = random.Next(730);
        while (random.NextDouble() > (1 + Summer(day)) / 2);
        bool isFamily = random.NextDouble() < 0.15 + 0.35 * Summer(day);
        int guests = isFamily ? 3 + random.Next(3) : random.NextDouble() < 0.4 ? 1 : 2;
        int room = isFamily ? 2 : random.NextDouble() < 0.06 ? 3 : guests - 1;
        int ahead = random.NextDouble() < 0.1 ? 0 : (int)((isFamily ? 70 : 18) * -Math.Log(1 - random.NextDouble()));
        int nights = isFamily ? 5 + random.Next(10) : 1 + (int)(2.2 * -Math.Log(1 - random.NextDouble()));
        bool breakfast = random.NextDouble() < (isFamily ? 0.8 : 0.45);
        double night = s_rooms[room].Price * (1 + 0.5 * Summer(day)) * Math.Exp(0.08 * Normal()) + (breakfast ? 11 * guests : 0);
        bool cancelled = random.NextDouble() < 0.05 + 0.4 * Math.Min(1, ahead / 150.0);
        double rating = 6.8 + (breakfast ? 0.9 : 0) + (room == 3 ? 1.1 : 0) - 0.8 * Summer(day) + Normal();
        DateTime arrival = s_opening.AddDays(day);
        return new Booking
        {
            Id = $"B{number:D6}", Booked = arrival.AddDays(-ahead), Arrival = arrival, Nights = Math.Min(21, nights), Guests = guests,
            Room = s_rooms[room].Name, Breakfast = breakfast, Price = Math.Round(2 * night * nights) / 2, Cancelled = cancelled,
            Rating = cancelled || random.NextDouble() < 0.35 ? float.NaN : (float)Math.Round(Math.Clamp(rating, 1, 10)),
        };

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    // 1 at the end of July, 0 at the end of January.
    private static double Summer(int day) => (1 - Math.Cos(2 * Math.PI * (day - 30) / 365)) / 2;
}
