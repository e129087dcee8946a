using ScottPlot;
using ScottPlot.Panels;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>A scale of colours with a frame: without one its white end could not be seen.</summary>
internal sealed class FramedColorBar(IHasColorAxis source) : ColorBar(source), IPanel
{
    void IPanel.Render(RenderPack rp, float size, float offset)
    {
        Render(rp, size, offset);
        float left = rp.DataRect.Right + offset;
        Drawing.DrawRectangle(rp.Canvas, new PixelRect(left, left + Width, rp.DataRect.Bottom, rp.DataRect.Top), rp.Paint, Axis.FrameLineStyle);
    }
}
