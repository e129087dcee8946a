using System.Globalization;
using ImagesSample;

const string Help = """
    Images [FOLDER] [--minutes 2] [--size 28] [--labels yes] [--words yes] [--model FILE.zip] [--out images.html]

    Learns small images and writes a page: new images, how many bits the test images take, the oddest of them, and where they are odd.
    FOLDER has the idx files of MNIST or its like (train-images-idx3-ubyte, ..., packed or not), or pictures (.png, .jpg, .bmp), which are made grey
    and scaled to --size; in folders of their own these are labels. Without it, little drawings of three shapes are generated.
    --labels yes gives the density the label. --words yes gives the flow words of a code book, and shows what they stand for. --model loads a model that an earlier run has saved beside its page, in place of a training.
    """;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Contains("--help"))
{
    Console.WriteLine(Help);
    return 0;
}
try
{
    var options = new Dictionary<string, string>();
    var folders = new List<string>();
    for (int i = 0; i < args.Length; i++)
    {
        if (!args[i].StartsWith("--", StringComparison.Ordinal))
            folders.Add(args[i]);
        else if (args[i] is "--minutes" or "--size" or "--labels" or "--words" or "--model" or "--out" && i + 1 < args.Length)
            options[args[i]] = args[++i];
        else
            throw new ArgumentException($"{args[i]} is no option, or lacks its value: --help lists them.");
    }
    int size = int.Parse(options.GetValueOrDefault("--size", "28"));
    var (train, test) = folders.Count == 0 ? (Drawings.Draw(4_000, seed: 1), Drawings.Draw(500, seed: 2)) : PictureFolder.Read(folders[0], size);
    new Album(train, test)
    {
        Time = TimeSpan.FromMinutes(double.Parse(options.GetValueOrDefault("--minutes", "2"))),
        HasLabels = options.GetValueOrDefault("--labels") == "yes",
        HasWords = options.GetValueOrDefault("--words") == "yes",
        Model = options.GetValueOrDefault("--model"),
    }.Write(options.GetValueOrDefault("--out", "images.html"));
    return 0;
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
