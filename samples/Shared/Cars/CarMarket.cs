using System.Globalization;

namespace Samples.Shared.Cars;

/// <summary>
/// A made-up market of used cars: small cars, family cars, sports cars and electric ones. Each loses value with age and mileage, each kind
/// in its own way; a few advertisements are wrong.
/// </summary>
public sealed class CarMarket(int seed)
{
    private const double WithoutMileage = 0.02;
    private readonly Random _random = new(seed);

    /// <summary>Cars in no order, <paramref name="wrong"/> of them with something wrong.</summary>
    public Car[] Draw(int count, int wrong)
    {
        Car[] cars = [.. Enumerable.Range(0, count).Select(_ => DrawCar())];
        foreach (int i in Enumerable.Range(0, count).OrderBy(_ => _random.Next()).Take(wrong))
            cars[i] = Spoil(cars[i] with { Mileage = cars[i].Mileage ?? 0 });
        return cars;
    }

    /// <summary>Writes cars as a CSV file with a header; what is not known is left empty.</summary>
    public static void Save(IEnumerable<Car> cars, string path) => File.WriteAllLines(path, cars
        .Select(car => string.Create(CultureInfo.InvariantCulture, $"{car.Fuel},{car.Gearbox},{car.Age},{car.Mileage},{car.Power},{car.Price},{car.Note}"))
        .Prepend("Fuel,Gearbox,Age,Mileage,Power,Price,Note"));

    private Car DrawCar() => _random.NextDouble() switch
    {
        < 0.40 => Make("petrol", automatic: 0.1, oldest: 20, kmPerYear: 9_000, power: 52, price: 16_000, halfLife: 7),
        < 0.70 => Make(_random.NextDouble() < 0.65 ? "diesel" : "petrol", automatic: 0.4, oldest: 16, kmPerYear: 19_000, power: 102, price: 34_000, halfLife: 6),
        < 0.85 => Make("petrol", automatic: 0.8, oldest: 18, kmPerYear: 7_000, power: 220, price: 58_000, halfLife: 9),
        _ => Make("electric", automatic: 1, oldest: 7, kmPerYear: 12_000, power: 155, price: 44_000, halfLife: 3),
    };

    private Car Make(string fuel, double automatic, double oldest, double kmPerYear, double power, double price, double halfLife)
    {
        double age = 0.3 + oldest * Math.Pow(_random.NextDouble(), 1.3);
        double driven = kmPerYear * Spread(0.25) * Math.Pow(age, 0.9);
        double strength = Spread(0.08);
        double left = Math.Exp(-Math.Log(2) * age / halfLife - driven / 400_000);
        return new Car(
            fuel,
            _random.NextDouble() < automatic ? "automatic" : "manual",
            Math.Round(age, 1),
            _random.NextDouble() < WithoutMileage ? null : Rounded(driven, 100),
            Math.Round(power * strength),
            Rounded(price * Math.Pow(strength, 1.2) * left * Spread(0.07), 10));
    }

    private Car Spoil(Car car) => _random.Next(3) switch
    {
        0 => car with { Price = Rounded(car.Price / 10, 10), Note = "price lacks a digit" },
        1 => car with { Age = 15 + _random.Next(8), Mileage = 100 * _random.Next(5, 40), Note = "mileage turned back" },
        _ => car with { Power = Math.Round(car.Power * (car.Power > 140 ? 0.25 : 3.5)), Note = "power of another car" },
    };

    private static double Rounded(double value, double step) => step * Math.Round(value / step);

    private double Spread(double width) => Math.Exp(width * Normal());

    // Box and Muller.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
