using System.Globalization;
using System.Text;
using Microsoft.ML.NormalizingFlows;

namespace QuickStart.Terminal;

/// <summary>
/// Shows the progress of one training: a line that updates itself in a terminal, a plain line every few seconds where
/// the output goes to a file. Reports arrive on the training thread, in order.
/// </summary>
internal sealed class ProgressLine(string title) : IProgress<TrainingProgress>
{
    private const int BarWidth = 20;
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);
    private TimeSpan _lastPlain;
    private int _width;

    public void Report(TrainingProgress value)
    {
        bool terminal = !Console.IsOutputRedirected;
        if (!terminal && value.Elapsed - _lastPlain < PlainEvery)
            return;
        _lastPlain = value.Elapsed;
        var line = new StringBuilder($"{title}  ");
        if (terminal)
        {
            int done = BarWidth * value.Epoch / Math.Max(1, value.Epochs);
            line.Append('[').Append('#', done).Append('.', BarWidth - done).Append("]  ");
        }
        line.Append(CultureInfo.InvariantCulture, $"epoch {value.Epoch} of {value.Epochs}, loss {value.TrainingLoss:F3}, held-out log-density ")
            .Append(CultureInfo.InvariantCulture, $"{-value.ValidationLoss:F3}, best {-value.BestValidationLoss:F3}, ")
            .Append(CultureInfo.InvariantCulture, $"{value.Elapsed.TotalSeconds:F0} s, at most {value.Remaining.TotalSeconds:F0} s more");
        if (terminal)
            Overwrite(line.ToString());
        else
            Console.WriteLine(line);
    }

    /// <summary>Replaces the updating line by a last one.</summary>
    public void Done(string message)
    {
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine($"{title}  {message}");
            return;
        }
        Overwrite($"{title}  {message}");
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
