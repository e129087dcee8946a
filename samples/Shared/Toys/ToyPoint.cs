namespace Samples.Shared.Toys;

/// <summary>A drawn point and the mode (a Gaussian, a moon) that it comes from.</summary>
public readonly record struct ToyPoint(double X, double Y, int Mode);
