using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>
/// <c>RationalQuadraticSplineMap</c> in its soft-limited form, feature by feature: sizes of bins, the bin of each value, the
/// slopes at its ends, the curve within it.
/// </summary>
internal sealed class ManagedSplineMap<T>(int bins, double tailBound, double logitScale) : ManagedMap<T>
    where T : unmanaged, ILanes<T>
{
    // dy/dx lies between 1e-9 and 1e4, for slopes and ratios of bins are limited: so many may be multiplied in float32.
    private const int FeaturesPerLogarithm = 4;

    private readonly SplineShape _shape = new(bins, (float)tailBound, (float)logitScale);

    public override int ParametersPerFeature { get; } = 3 * bins - 1;

    public override int ScratchLength { get; } = SplineRows.Length(bins);

    public override void Forward(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, y, features, columns, scratch);
        Check(raw, logDeterminant, logDeterminant, Math.Min(1, features), columns, scratch);
        scratch.Slice(SplineRows.Product * Panel.Columns, columns).Fill(1);
        for (int feature = 0; feature < features; feature++)
        {
            var values = x.Slice(feature * Panel.Columns, Panel.Columns);
            Locate(Parameters(raw, feature), SplineRows.X, SplineRows.Y, values, scratch, columns);
            SplineCurveKernel<T>.Forward(_shape, values, y.Slice(feature * Panel.Columns, Panel.Columns), scratch, columns);
            if (feature % FeaturesPerLogarithm == FeaturesPerLogarithm - 1 || feature == features - 1)
                SplineCurveKernel<T>.AddLogarithm(logDeterminant, scratch, columns);
        }
    }

    public override void Backward(
        Span<float> raw, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, g, features, columns, scratch);
        Check(raw, gLogDeterminant, gLogDeterminant, Math.Min(1, features), columns, scratch);
        for (int feature = 0; feature < features; feature++)
        {
            var parameters = raw.Slice(feature * ParametersPerFeature * Panel.Columns, ParametersPerFeature * Panel.Columns);
            Span<float> heights = parameters[Heights..], slopes = parameters[Slopes..];
            var values = x.Slice(feature * Panel.Columns, Panel.Columns);
            SplineSizeKernel<T>.ForwardWithLimits(_shape, SplineRows.X, parameters, scratch, columns);
            SplineSizeKernel<T>.ForwardWithLimits(_shape, SplineRows.Y, heights, scratch, columns);
            SplineSearchKernel<T>.Run(_shape, SplineRows.X, SplineRows.Y, values, slopes, scratch, columns);
            SplineSlopeKernel<T>.ForwardWithDerivatives(_shape, scratch, columns);
            SplineCurveKernel<T>.Backward(_shape, values, g.Slice(feature * Panel.Columns, Panel.Columns), gLogDeterminant, scratch, columns);
            SplineSizeKernel<T>.Backward(_shape, SplineRows.X, parameters, scratch, columns);
            SplineSizeKernel<T>.Backward(_shape, SplineRows.Y, heights, scratch, columns);
            SplineSlopeKernel<T>.Backward(_shape, slopes, scratch, columns);
        }
    }

    public override void Inverse(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch)
    {
        Check(raw, y, x, features, columns, scratch);
        for (int feature = 0; feature < features; feature++)
        {
            var values = y.Slice(feature * Panel.Columns, Panel.Columns);
            Locate(Parameters(raw, feature), SplineRows.Y, SplineRows.X, values, scratch, columns);
            SplineCurveKernel<T>.Inverse(_shape, values, x.Slice(feature * Panel.Columns, Panel.Columns), scratch, columns);
        }
    }

    // Everything about the bin of each value along an axis.
    private void Locate(
        ReadOnlySpan<float> parameters, SplineAxis along, SplineAxis across, ReadOnlySpan<float> values, Span<float> scratch, int columns)
    {
        SplineSizeKernel<T>.Forward(_shape, SplineRows.X, parameters, scratch, columns);
        SplineSizeKernel<T>.Forward(_shape, SplineRows.Y, parameters[Heights..], scratch, columns);
        SplineSearchKernel<T>.Run(_shape, along, across, values, parameters[Slopes..], scratch, columns);
        SplineSlopeKernel<T>.Forward(_shape, scratch, columns);
    }

    private int Heights => _shape.Bins * Panel.Columns;

    private int Slopes => 2 * _shape.Bins * Panel.Columns;

    private ReadOnlySpan<float> Parameters(ReadOnlySpan<float> raw, int feature) =>
        raw.Slice(feature * ParametersPerFeature * Panel.Columns, ParametersPerFeature * Panel.Columns);
}
