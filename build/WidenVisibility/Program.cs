using WidenVisibility;

// WidenVisibility MEMBERS FOLDER ASSEMBLY...
// Writes a copy of each ASSEMBLY into FOLDER, in which the types and members that the file MEMBERS names are public.
// Nothing is written when none of them has a name of the list: the build must not go on with half of it.
if (args.Length < 3)
{
    Console.Error.WriteLine("WidenVisibility: error : usage: WidenVisibility MEMBERS FOLDER ASSEMBLY...");
    return 2;
}

var members = MemberList.Read(args[0]);
var copies = args.Skip(2)
    .Select(path => (Name: Path.GetFileName(path), Image: AssemblyCopy.Widen(File.ReadAllBytes(path), members)))
    .ToList();

foreach (var (name, line) in members.Unused)
{
    Console.Error.WriteLine($"{args[0]}({line}): error FRIEND001: none of the friend assemblies has '{name}'");
}

if (members.Unused.Any())
{
    return 1;
}

Directory.CreateDirectory(args[1]);
copies.ForEach(copy => File.WriteAllBytes(Path.Combine(args[1], copy.Name), copy.Image));
return 0;
