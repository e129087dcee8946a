using ReadmeCode;

// ReadmeCode MARKDOWN .. PROGRAM
// Writes the C# blocks of the Markdown files, one behind the other, as the source of one program.
if (args.Length < 2)
{
    Console.Error.WriteLine("ReadmeCode: error : usage: ReadmeCode MARKDOWN .. PROGRAM");
    return 2;
}

var blocks = new List<CodeBlock>();
foreach (string file in args[..^1])
{
    var read = CodeBlock.Read(file, File.ReadAllLines(file));
    if (read.Count == 0)
    {
        Console.Error.WriteLine($"{file}: error README001: there is no C# code");
        return 1;
    }
    blocks.AddRange(read);
}

File.WriteAllText(args[^1], ProgramText.Of(blocks));
return 0;
