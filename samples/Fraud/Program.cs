using FraudSample;

if (args.Length > 2 || args.Contains("--help") || (args.Length > 0 && args[0] != "--out") || args.Length == 1)
{
    Console.WriteLine("""
        Finds frauds among generated card payments without being shown one, and says why each is odd.

          Fraud                     the figure goes to fraud.svg, the detector to fraud.zip beside it
          Fraud --out FIGURE.svg    the figure goes there
          Fraud --help              this text
        """);
    return args.Contains("--help") ? 0 : 2;
}
try
{
    FraudHunt.Run(args.Length == 2 ? args[1] : "fraud.svg");
    return 0;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
