using System.Globalization;
using Benchmarks.Shared;
using ImageBenchmark;
using Samples.Shared.Pictures;

if (args.Contains("--help"))
{
    Console.WriteLine("""
        Images [--folder ../shared/data/images/mnist] [--flow polyphase|raster|realnvp|glow|splinecoupling|mixturecoupling|residualcoupling|gaussiandecoder] [--minutes 30] [--steps N] [--channels 48] [--blocks 3] [--batch 32] [--rate 0.002]
               [--schedule cosine|cooldown] [--average 0] [--checkpoints FOLDER] [--label yes] [--latent none|discrete|continuous|sequential]
               [--states 8] [--numbers 16] [--draws 8] [--top 1] [--against FOLDER] [--drawn N] [--classifier 1500] [--couplings 6] [--noise learned] [--noises 1] [--layers 4] [--seed 1] [--train N] [--test N] [--save FILE.zip] [--load FILE.zip] [--gpu 0]
               [--attention yes] [--pooling maximum] [--absolute yes] [--prior autoregressive]
        Images --windows yes [--seconds 60] [--channels 32] [--seed 1]

        Trains a flow on the idx files of a folder, MNIST or Fashion-MNIST, and prints the bits of its whole test set: a value of the 28 x 28 x 1 levels of 8
        bits, and an image. --against scores the test images of another folder too, and prints how well they are told apart. --drawn
        draws so many images and prints their Frechet classifier distance from as many test images, beside that of training images, which is the floor, and of damaged ones. --load scores a model that was saved, with --noises by so many draws of the noise between levels. --test takes the first N test images, which are easier than the rest: for trials alone. --windows
        compares flows without and with a sequential latent on windows of a series, each trained for so many seconds of processor time.
        """);
    return 0;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    var arguments = new Arguments(args, "folder", "flow", "minutes", "steps", "channels", "blocks", "batch", "rate", "schedule", "average", "checkpoints", "label", "latent", "couplings", "noise", "noises", "states", "numbers", "draws", "top", "against", "drawn", "classifier", "layers", "seed", "train", "test", "save", "load", "gpu", "attention", "pooling", "absolute", "prior", "windows", "seconds");
    if (arguments.Text("windows") is not null)
    {
        new WindowStudy(arguments).Run();
        return 0;
    }
    string folder = arguments.Text("folder") ?? RepositoryData.Folder("images/mnist");
    PictureTable train = PictureTable.FromIdx(folder, "train"), test = PictureTable.FromIdx(folder, "t10k");
    new ImageRun(arguments).Run(train.Take(arguments.Integer("train", int.MaxValue)), test.Take(arguments.Integer("test", int.MaxValue)));
    return 0;
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
