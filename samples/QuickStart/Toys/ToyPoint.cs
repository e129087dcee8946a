namespace QuickStart.Toys;

/// <summary>A drawn point and the mode (a Gaussian, a moon) that it comes from.</summary>
internal readonly record struct ToyPoint(double X, double Y, int Mode);
