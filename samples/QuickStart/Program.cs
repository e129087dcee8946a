using QuickStart;

CommandLine command;
try
{
    command = CommandLine.Parse(args);
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine(problem.Message);
    Console.Error.WriteLine();
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}
if (command.Help)
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}
try
{
    ToyDemo.Run(command.Figure);
    return 0;
}
// The library answers bad input with these two, in one sentence.
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException
    or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
