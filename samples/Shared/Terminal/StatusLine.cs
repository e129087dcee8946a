using System.Diagnostics;

namespace Samples.Shared.Terminal;

/// <summary>
/// One line that says how far some work is: it is overwritten in a terminal; where the output goes to a file, a plain line
/// is printed every few seconds.
/// </summary>
public sealed class StatusLine
{
    private const int BarWidth = 20;
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);
    private readonly Stopwatch _sincePlain = Stopwatch.StartNew();
    private int _width;

    /// <param name="title">What is done.</param>
    /// <param name="share">How much of it is, 0 to 1.</param>
    /// <param name="state">The rest of the line.</param>
    public void Show(string title, double share, string state)
    {
        if (!Console.IsOutputRedirected)
        {
            int done = (int)(BarWidth * Math.Clamp(share, 0, 1));
            Overwrite($"{title}  [{new string('#', done)}{new string('.', BarWidth - done)}]  {state}");
        }
        else if (_sincePlain.Elapsed >= PlainEvery)
        {
            Console.WriteLine($"{title}  {state}");
            _sincePlain.Restart();
        }
    }

    /// <summary>Replaces the updating line by a last one.</summary>
    public void Done(string message)
    {
        if (!Console.IsOutputRedirected)
            Overwrite(message);
        else
            Console.Write(message);
        Console.WriteLine();
    }

    private void Overwrite(string line)
    {
        // A line longer than the terminal would wrap and could not be overwritten.
        int room = Console.WindowWidth > 1 ? Console.WindowWidth - 1 : line.Length;
        string shown = line.Length > room ? line[..room] : line;
        Console.Write("\r" + shown.PadRight(Math.Min(room, _width)));
        _width = shown.Length;
    }
}
