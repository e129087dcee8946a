namespace FraudSample;

/// <summary>
/// Generated payments. Groceries near home by day, with an amount that grows with the basket; fuel and restaurants farther away; online
/// orders late in the evening. Frauds are odd in one thing or in a combination of things that are each usual.
/// </summary>
internal sealed class Payments(int seed)
{
    private readonly Random _random = new(seed);

    public Payment[] Draw(int count, double fraudShare) =>
        [.. Enumerable.Range(0, count).Select(_ => _random.NextDouble() < fraudShare ? Fraud() : Usual())];

    private Payment Usual() => _random.NextDouble() switch
    {
        < 0.6 => Groceries(),
        < 0.85 => Make(amount: 45 * Spread(0.3), hour: Normal(15, 3.5), distance: 30 * Spread(0.4), gap: 20 * Spread(0.4), attempts: Attempts(), basket: 1),
        _ => Make(amount: 60 * Spread(0.4), hour: Normal(21, 1.2), distance: 0.1 * Spread(0.2), gap: 40 * Spread(0.4), attempts: 0, basket: 1 + _random.Next(3)),
    };

    private Payment Fraud()
    {
        var payment = _random.Next(4) switch
        {
            // A stolen card, tried at a machine by night.
            0 => Make(400 * Spread(0.3), Normal(3, 1), 8 * Spread(0.5), 1 * Spread(0.5), attempts: 3, basket: 1),
            // A copied card far away, minutes after a payment at home.
            1 => Make(80 * Spread(0.5), Normal(14, 4), 300 * Spread(0.4), 0.3 * Spread(0.4), attempts: 0, basket: 1),
            // Many small payments in a row, to see whether the card works.
            2 => Make(1.5 * Spread(0.2), Normal(21, 1), 0.1 * Spread(0.2), 0.05 * Spread(0.5), attempts: 0, basket: 1),
            // Gift cards: an amount and a basket that are each usual, not together.
            _ => Make(300 * Spread(0.2), Normal(16, 3), 2 * Spread(0.5), 15 * Spread(0.5), attempts: 0, basket: 2),
        };
        payment.Label = 1;
        return payment;
    }

    private Payment Groceries()
    {
        int basket = 1 + (int)(12 * Spread(0.45));
        return Make(basket * 4 * Spread(0.2), Normal(13, 3), 2 * Spread(0.5), 30 * Spread(0.4), Attempts(), basket);
    }

    private static Payment Make(double amount, double hour, double distance, double gap, int attempts, int basket) => new()
    {
        Amount = (float)Math.Round(amount, 2),
        Hour = (float)Math.Clamp(hour, 0, 24),
        Distance = (float)distance,
        Gap = (float)gap,
        Attempts = attempts,
        Basket = basket,
    };

    private int Attempts() => _random.NextDouble() < 0.97 ? 1 : 2;

    private double Spread(double width) => Math.Exp(width * Normal(0, 1));

    // Box and Muller.
    private double Normal(double mean, double deviation) =>
        mean + deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
