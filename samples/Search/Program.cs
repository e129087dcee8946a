using System.Globalization;
using SearchSample;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    CommandLine command = CommandLine.Parse(args);
    if (command.Help)
        Console.WriteLine(CommandLine.Usage);
    else
        SearchRun.Run(command);
    return 0;
}
// The library answers bad input with these, in one sentence.
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException
    or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
