using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;
using Microsoft.ML.NormalizingFlows.Model;

namespace Micro;

/// <summary>The operands of <see cref="Splines"/>, laid out as in the flow.</summary>
internal sealed class SplineWork<T> : ISplineWork where T : unmanaged, ILanes<T>
{
    private readonly int _features;
    private readonly ManagedSplineMap<T> _map;
    private readonly AlignedArray _raw, _rawAndGradient, _x, _y, _gY, _gradient, _logDeterminant, _gLogDeterminant, _scratch;

    public SplineWork(FlowArchitecture flow)
    {
        _features = LayerShape.MappedFeatures(flow.Dimensions);
        _map = new ManagedSplineMap<T>(flow.Bins, flow.TailBound, 1 / Math.Sqrt(flow.HiddenUnits));
        _raw = Normals.Aligned(_features * _map.ParametersPerFeature * Panel.Columns, 1);
        _rawAndGradient = new AlignedArray(_raw.Length);
        _x = Normals.Aligned(_features * Panel.Columns, 2);
        _y = new AlignedArray(_x.Length);
        _gY = Normals.Aligned(_x.Length, 3);
        _gradient = new AlignedArray(_x.Length);
        _logDeterminant = new AlignedArray(Panel.Columns);
        _gLogDeterminant = Normals.Aligned(Panel.Columns, 4);
        _scratch = new AlignedArray(_map.ScratchLength);
    }

    public void Forward() =>
        _map.Forward(_raw.Span, _x.Span, _y.Span, _logDeterminant.Span, _features, Panel.Columns, _scratch.Span);

    public void RestoreAndBackward()
    {
        Restore();
        _map.Backward(
            _rawAndGradient.Span, _x.Span, _gradient.Span, _gLogDeterminant.Span, _features, Panel.Columns, _scratch.Span);
    }

    public void Restore()
    {
        _raw.Span.CopyTo(_rawAndGradient.Span);
        _gY.Span.CopyTo(_gradient.Span);
    }
}
