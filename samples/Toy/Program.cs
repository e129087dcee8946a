using PaperToys;

CommandLine command;
try
{
    command = CommandLine.Parse(args);
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine(problem.Message + " --help lists the options.");
    return 2;
}
if (command.Help)
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}
try
{
    Figures.Make(command);
    return 0;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
