using Samples.Shared.Pictures;

namespace ImagesSample;

/// <summary>Little drawings of 16 x 16 pixels: a ring, a cross or a square somewhere, in soft strokes.</summary>
internal static class Drawings
{
    private const int Size = 16;

    private static readonly string[] s_shapes = ["cross", "ring", "square"];

    public static PictureTable Draw(int count, int seed)
    {
        var random = new Random(seed);
        return new PictureTable(1, Size, Size, Enumerable.Range(0, count).Select(_ => One(random)));
    }

    private static PictureRow One(Random random)
    {
        string shape = s_shapes[random.Next(s_shapes.Length)];
        double x = 6.5 + 2 * random.NextDouble(), y = 6.5 + 2 * random.NextDouble(), radius = 3 + 2.5 * random.NextDouble();
        var pixels = new byte[Size * Size];
        for (int i = 0; i < pixels.Length; i++)
        {
            double dx = i % Size - x, dy = i / Size - y;
            double distance = shape switch
            {
                "cross" => Math.Max(Math.Abs(Math.Abs(dx) - Math.Abs(dy)) / Math.Sqrt(2), Math.Max(Math.Abs(dx), Math.Abs(dy)) - radius),
                "ring" => Math.Abs(Math.Sqrt(dx * dx + dy * dy) - radius),
                _ => Math.Abs(Math.Max(Math.Abs(dx), Math.Abs(dy)) - radius),
            };
            pixels[i] = (byte)(255 * Math.Clamp(1.4 - distance, 0, 1));
        }
        return new PictureRow { Pixels = pixels, Label = shape };
    }
}
