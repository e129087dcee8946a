using Microsoft.ML.NormalizingFlows.Compiled.Lanes;

namespace Microsoft.ML.NormalizingFlows.Compiled.Maps;

/// <summary>The gradient of a loss by what decides a point of a spline: x, and start, size and slopes of its bin.</summary>
internal struct SplineGradients<T> where T : unmanaged, ILanes<T>
{
    public T X, XStart, Width, YStart, Height, Slope0, Slope1;
}
