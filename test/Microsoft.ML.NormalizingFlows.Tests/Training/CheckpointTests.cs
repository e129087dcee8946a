using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, "training.checkpoint");

    private static Checkpoint State => new(
        "print", 3, 40, 2, new Validation(1.5, 0.2, 3), TimeSpan.FromSeconds(5),
        [new NamedArray("a", [4], [1, 2, 3, 4])], [new NamedArray("a", [4], [5, 6, 7, 8])], [new NamedArray("a.moment", [2], [9, 10])], []);

    [Fact]
    public void A_damaged_checkpoint_never_resumes()
    {
        State.Write(_folder);
        byte[] good = File.ReadAllBytes(Path);
        Assert.Equal([5, 6, 7, 8], Checkpoint.Find(_folder, "print")!.BestWeights[0].Values);
        var random = new RandomStream(1);
        for (int trial = 0; trial < 500; trial++)
        {
            byte[] bytes = (byte[])good.Clone();
            if (trial % 5 == 0)
                bytes = bytes[..random.NextInt(bytes.Length)];
            else
                bytes[random.NextInt(bytes.Length)] ^= (byte)(1 + random.NextInt(255));
            File.WriteAllBytes(Path, bytes);
            var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Find(_folder, "print"));
            Assert.Contains("delete it to train from the start", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_checkpoint_of_impossible_numbers_never_resumes()
    {
        foreach (var state in new[]
        {
            State with { Epoch = -1_000_000, BestEpoch = -1_000_000 }, State with { Epoch = 0, BestEpoch = 0 }, State with { BestEpoch = 4 }, State with { BestEpoch = -1 },
            State with { Best = new Validation(double.NaN, 0, 0) }, State with { Elapsed = TimeSpan.MaxValue }, State with { Elapsed = TimeSpan.FromTicks(-1) },
        })
        {
            state.Write(_folder);
            Assert.Contains("delete it to train from the start", Assert.Throws<InvalidDataException>(() => Checkpoint.Find(_folder, "print")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind()
    {
        // A folder in the place of the file: the write succeeds and the move does not, as little as the next write on a full disk.
        Directory.CreateDirectory(Path);
        var error = Assert.Throws<IOException>(() => State.Write(_folder));
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Contains("Training.CheckpointFolder", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [SkippableFact]
    public void A_full_disk_leaves_nothing_behind()
    {
        Skip.IfNot(File.Exists("/dev/full"), "There is a device that is always full on Linux alone.");
        File.CreateSymbolicLink(Path + ".new", "/dev/full");
        var error = Assert.Throws<IOException>(() => State.Write(_folder));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Two_trainings_in_one_folder_are_told_in_one_sentence()
    {
        using (var first = new CheckpointLock(_folder))
        {
            var rows = new ArrayRows([[1, 2], [2, 1], [3, 3]]);
            var settings = new TrainingSettings { Epochs = 1, CheckpointFolder = _folder };
            var error = Assert.Throws<InvalidOperationException>(
                () => FlowTrainer.Train(new FlowArchitecture { Dimensions = 2, Layers = 1, HiddenUnits = 2 }, settings, rows, null, null, new ListLog()));
            Assert.StartsWith($"The checkpoints in '{_folder}' belong to another training that runs", error.Message, StringComparison.Ordinal);
            Assert.Equal(0, rows.Passes);
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        new CheckpointLock(_folder).Dispose();
    }
}
