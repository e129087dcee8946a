namespace Samples.Shared.Cars;

/// <summary>A used car for sale.</summary>
/// <param name="Fuel">Petrol, diesel or electric.</param>
/// <param name="Gearbox">Manual or automatic.</param>
/// <param name="Age">In years.</param>
/// <param name="Mileage">In km; null where the seller does not say.</param>
/// <param name="Power">In kW.</param>
/// <param name="Price">In euros.</param>
/// <param name="Note">What is wrong with the advertisement; empty for nothing.</param>
public sealed record Car(string Fuel, string Gearbox, double Age, double? Mileage, double Power, double Price, string Note = "");
