using ReadmeCode;

// ReadmeCode MARKDOWN PROGRAM
// Writes the C# blocks of MARKDOWN, one behind the other, as the source of one program.
if (args.Length != 2)
{
    Console.Error.WriteLine("ReadmeCode: error : usage: ReadmeCode MARKDOWN PROGRAM");
    return 2;
}

var blocks = CodeBlock.Read(File.ReadAllLines(args[0]));
if (blocks.Count == 0)
{
    Console.Error.WriteLine($"{args[0]}: error README001: there is no C# code");
    return 1;
}

File.WriteAllText(args[1], ProgramText.Of(blocks, args[0]));
return 0;
