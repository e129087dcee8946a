using ServiceSample;

if (args is not [string path, ..])
{
    Console.Error.WriteLine("Service MODEL.zip: the file of a detector, such as flows fit payments.csv --out MODEL.zip writes.");
    return 2;
}
Detector detector;
try
{
    detector = Detector.Load(path);
}
// The library answers bad input with these, in one sentence.
catch (Exception problem) when (problem.GetBaseException() is IOException or InvalidDataException or FormatException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.GetBaseException().Message);
    return 1;
}
using (detector)
    ScoringService.Create(detector, args[1..]).Run();
return 0;
